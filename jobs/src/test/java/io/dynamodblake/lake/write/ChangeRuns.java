package io.dynamodblake.lake.write;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.type.Descriptor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Short ways to change a lake table, for tests that have one. */
abstract class ChangeRuns extends LakeTest {
  static final Instant T0 = IncrementalExport.FROM;
  static final Instant T1 = T0.plusSeconds(3600);
  static final Instant T2 = T1.plusSeconds(3600);
  static final Instant T3 = T2.plusSeconds(3600);
  static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  private int exports;

  final IncrementalExport window(Instant from, Instant to) {
    return IncrementalExport.in(temp.resolve("bucket"))
        .exportId("0173199%07d-0a1b2c3d".formatted(exports++))
        .keys("pk")
        .window(from, to);
  }

  static String image(String pk, String... attributes) {
    String line = item(pk, attributes);
    return line.substring("{\"Item\":".length(), line.length() - 1);
  }

  static String number(String name, String digits) {
    return "\"%s\":{\"N\":\"%s\"}".formatted(name, digits);
  }

  final RunReport apply(Path... changes) {
    return apply(options -> options, changes);
  }

  final RunReport apply(UnaryOperator<ApplyOptions.Builder> more, Path... changes) {
    List<String> paths = Arrays.stream(changes).map(Path::toString).toList();
    return new Apply(spark, more.apply(ApplyOptions.builder(paths, lake().toString())).build())
        .run(ReadProgress.NONE);
  }

  /** The image of an item whose number {@code n} is that. */
  static String imageOf(String pk, String n) {
    return image(pk, number("n", n));
  }
}
