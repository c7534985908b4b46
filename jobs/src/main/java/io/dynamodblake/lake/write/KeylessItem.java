package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.spark.read.ExportItems;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Where an item is that lacks a key attribute: a profile knows only how many do. Driver only.
 *
 * @param taskBytes stored bytes that one task should read
 */
record KeylessItem(
    SparkSession spark, Configuration configuration, ReadOptions options, long taskBytes) {

  /**
   * A refusal with the place of such an item, if that is what was refused; looks for it in the
   * export, as far as the first one.
   */
  DataRefusedException located(
      DataRefusedException refused,
      Profile profile,
      List<KeyAttribute> keys,
      ExportManifest export) {
    return SchemaPlanner.unfitKey(profile, keys)
        .flatMap(
            key ->
                find(key, export)
                    .map(
                        place ->
                            new DataRefusedException(
                                "%s; one of them is at %s%s"
                                    .formatted(refused.getMessage(), place, wayOut(profile, key)),
                                refused)))
        .orElse(refused);
  }

  /** Where all lack it, it is no key of this table. */
  private String wayOut(Profile profile, KeyAttribute key) {
    return SchemaPlanner.fitting(profile, key) == 0
        ? ""
        : "; if they cannot be had any better, set them aside with "
            + options.words().of(FlattenKeys.ON_BAD_RECORD, "quarantine");
  }

  private Optional<String> find(KeyAttribute key, ExportManifest export) {
    try {
      return ExportItems.of(spark, configuration, export, options, taskBytes, new Places(key))
          .take(1)
          .stream()
          .findFirst();
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so; the refusal
      // says enough
      return Optional.empty();
    }
  }

  /** The places of items without a key attribute, and nothing else of them. */
  private record Places(KeyAttribute key) implements ExportItems.Maker<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public Function<ItemTape, String> get() {
      return get(() -> "");
    }

    @Override
    public Function<ItemTape, String> get(Supplier<String> place) {
      byte[] name = key.attribute().getBytes(StandardCharsets.UTF_8);
      return tape -> {
        int node = CanonicalItem.attribute(tape, name);
        return node >= 0 && tape.descriptor(node) == key.descriptor() ? null : place.get();
      };
    }
  }
}
