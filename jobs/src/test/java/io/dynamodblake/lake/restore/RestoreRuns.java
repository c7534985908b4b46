package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.type.Descriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the tests of restoring a lake table share: short ways to run it and to read what it wrote.
 */
abstract class RestoreRuns extends LakeTest {
  static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  Path target() {
    return temp.resolve("import");
  }

  FlattenOptions.Builder lakeOptions(Path export) {
    return options(export).inDatabase("shop");
  }

  /** Options of a restore, to be changed one by one. */
  final class Wanted {
    Optional<String> snapshot = Optional.empty();
    Optional<String> where = Optional.empty();
    List<KeyAttribute> keys = List.of();
    ImportFormat format = ImportFormat.DYNAMODB_JSON;
    ImportCompression compression = ImportCompression.GZIP;
    Optional<String> indexes = Optional.empty();
    Optional<String> settings = Optional.empty();
    Optional<String> bucket = Optional.of("acme-import");
    Optional<String> prefix = Optional.empty();
    String table = "Orders-Restore";
    long fileBytes = 64 << 20;
    OnBadRecord onInvalid = OnBadRecord.FAIL;
    long maxInvalid = 1000;
    boolean allowLoss;
    ReadProgress progress = ReadProgress.NONE;

    RestoreReport run() {
      RestoreOptions options =
          RestoreOptions.builder(lake().toString(), target().toString(), table)
              .withSnapshot(snapshot)
              .where(where)
              .withKeys(keys)
              .as(format)
              .compressedAs(compression)
              .inBucket(bucket)
              .withPrefix(prefix)
              .withIndexesFile(indexes)
              .withSettings(settings)
              .withTargetFileBytes(fileBytes)
              .onInvalid(onInvalid)
              .withMaxInvalid(maxInvalid)
              .allowingLoss(allowLoss)
              .build();
      return new Restore(spark, options).run(progress);
    }
  }

  List<String> restoredLines(ImportCompression compression) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String file : filesBelow(target().resolve("data"))) {
      try (InputStream stored = Files.newInputStream(target().resolve("data").resolve(file));
          BufferedReader reader =
              new BufferedReader(
                  new InputStreamReader(compression.decompress(stored), StandardCharsets.UTF_8))) {
        reader.lines().forEach(lines::add);
      }
    }
    return lines;
  }

  static Map<Object, Object> byKey(List<String> lines) throws Exception {
    Map<Object, Object> items = new HashMap<>();
    for (String line : lines) {
      ItemTape tape = Tapes.ofLine(line);
      Map<?, ?> item = (Map<?, ?>) Tapes.toComparable(tape);
      assertThat(items.put(item.get("pk"), item)).isNull();
    }
    return items;
  }
}
