package io.dynamodblake.lake.compare;

import io.dynamodblake.conf.CompareKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.Window;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.items.ItemSet;
import io.dynamodblake.schema.KeyAttribute;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Of what the differences of two sides are changes: of one table, from the moment of A to that of
 * B.
 *
 * @param tableId empty if nobody knows it
 */
record ChangeWindow(String tableArn, Optional<String> tableId, Window window) {
  private static final String CANNOT = "Cannot write changes: ";
  private static final long NOT_COUNTED = -1;

  /**
   * Finds it out.
   *
   * @throws UsageException if the differences of these sides are not the changes of a table
   */
  static ChangeWindow of(Sides sides) throws IOException {
    requireKeys(sides);
    TableFacts a = sides.a().facts();
    TableFacts b = sides.b().facts();
    Instant from = moment("A", a);
    Instant to = moment("B", b);
    if (!from.isBefore(to)) {
      throw new UsageException(
          CANNOT
              + "B is of %s, which is not after the moment of A, %s; changes lead from an earlier state to a later one: give the earlier one first"
                  .formatted(to, from));
    }
    requireSame("table", a.arn(), b.arn());
    requireSame("table id", a.id(), b.id());
    requireWhole("A", sides.a());
    requireWhole("B", sides.b());
    String arn =
        a.arn()
            .or(b::arn)
            .orElseThrow(
                () ->
                    new UsageException(
                        CANNOT
                            + "neither A nor B says of which table it is; give exports with their manifests, or lake tables made of such"));
    return new ChangeWindow(
        arn,
        a.id().or(b::id),
        new Window(
            from, to, Window.View.NEW_AND_OLD_IMAGES, true, sides.a().snapshot().orElse("")));
  }

  private static void requireKeys(Sides sides) {
    List<KeyAttribute> keys = sides.keys().attributes();
    if (keys.isEmpty()) {
      throw new UsageException(
          CANNOT
              + "neither A nor B knows the keys of the table; give them with "
              + Words.COMPARE.of(CompareKeys.KEY));
    }
    for (List<KeyAttribute> known : List.of(sides.a().keys(), sides.b().keys())) {
      if (!known.isEmpty() && !known.equals(keys)) {
        throw new UsageException(
            CANNOT
                + "the keys of the table are %s; leave %s out, or give these"
                    .formatted(
                        String.join(",", KeyAttribute.texts(known)),
                        Words.COMPARE.of(CompareKeys.KEY)));
      }
    }
  }

  private static Instant moment(String side, TableFacts facts) {
    return facts
        .time()
        .orElseThrow(
            () ->
                new UsageException(
                    CANNOT
                        + "nobody knows of which moment %s is; give an export with its manifests, a lake table made of one, or a live table"
                            .formatted(side)));
  }

  private static void requireSame(String what, Optional<String> a, Optional<String> b) {
    if (a.isPresent() && b.isPresent() && !a.equals(b)) {
      throw new UsageException(
          CANNOT
              + "the %s of A is %s and that of B %s, and changes are of one table; give two states of one"
                  .formatted(what, a.get(), b.get()));
    }
  }

  /** What is missing in B would be a delete, and what A does not hold as it was an update. */
  private static void requireWhole(String side, ItemSet set) throws IOException {
    Wholeness wholeness = set.wholeness(NOT_COUNTED);
    if (wholeness.isPartial()) {
      throw new UsageException(
          CANNOT
              + "%s is not the whole table: %s; give whole states"
                  .formatted(side, String.join(", ", wholeness.gaps())));
    }
    if (!set.losses().isEmpty()) {
      throw new UsageException(
          CANNOT
              + "%s does not hold the items as they were: %s; give the export that it was made of"
                  .formatted(side, String.join(", ", set.losses())));
    }
  }
}
