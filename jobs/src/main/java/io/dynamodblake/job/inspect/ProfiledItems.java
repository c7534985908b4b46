package io.dynamodblake.job.inspect;

import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.SchemaPlanner;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Items wherever they lie, with what was seen of them.
 *
 * @param kind what they are, for people: without a path
 * @param path where they lie
 * @param time the moment at which they are; empty if nobody knows
 * @param profile with details
 * @param lost attributes that are not there as they were, such as hashed ones, each with the reason
 */
public record ProfiledItems(
    String kind, String path, Optional<Instant> time, Profile profile, Map<String, String> lost) {
  private static final String TABLE = "items";

  public ProfiledItems {
    lost = Map.copyOf(lost);
  }

  /** Returns an export that was inspected. */
  public static ProfiledItems of(Inspection inspection) {
    return new ProfiledItems(
        "export " + inspection.export().exportId(),
        inspection.export().root(),
        inspection.export().exportTime(),
        inspection.profile(),
        Map.of());
  }

  /** All places, with the types that they would get if nobody said anything of keys. */
  List<Inspection.Place> places() {
    return Inspection.places(
        profile, SchemaPlanner.plan(profile, PlanOptions.of(TABLE, List.of())));
  }
}
