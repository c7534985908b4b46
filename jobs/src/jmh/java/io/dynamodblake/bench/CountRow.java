package io.dynamodblake.bench;

import io.dynamodblake.spark.convert.SparkTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code count(*)} of two exports, one ten times the other, from folders that have manifests and no
 * data files at all.
 */
final class CountRow implements Row {
  private static final int SMALLER = 10;
  private static final int ROUNDS = 11; // it takes a fraction of a second
  private static final double SAME = 1.25;

  @Override
  public Result measure(Workshop workshop) throws Exception {
    long large = workshop.arguments().items();
    long small = Math.max(1, large / SMALLER);
    Path largeManifests = workshop.freshTarget();
    Path smallManifests = workshop.freshTarget();
    copyManifests(workshop.export(), largeManifests);
    copyManifests(workshop.generate(workshop.arguments().shape(), small).folder(), smallManifests);
    try {
      Contest contest =
          Contest.run(
              workshop,
              "count",
              ROUNDS,
              2,
              List.of(
                  new Contest.Side("large", target -> count(workshop, largeManifests, large)),
                  new Contest.Side("small", target -> count(workshop, smallManifests, small))));
      return Result.of(
          contest.line(
              String.format(
                  Locale.ROOT,
                  "`count(*)` of %,d items, against %,d; manifests only, no data files there",
                  large,
                  small),
              "large",
              "small",
              SAME));
    } finally {
      Directories.delete(largeManifests);
      Directories.delete(smallManifests);
    }
  }

  private static void copyManifests(Path export, Path target) throws IOException {
    Path folder = target.resolve("AWSDynamoDB").resolve(export.getFileName());
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(export)) {
      for (Path manifest : files.filter(Files::isRegularFile).toList()) {
        Files.copy(manifest, folder.resolve(manifest.getFileName()));
      }
    }
  }

  private static void count(Workshop workshop, Path export, long wanted) {
    long counted =
        workshop
            .spark()
            .read()
            .format("dynamodb-export")
            .schema(SparkTypes.toStruct(workshop.schema()))
            .load(export.toString())
            .count();
    if (counted != wanted) {
      throw new IllegalStateException("Counted " + counted + " items of " + wanted);
    }
  }
}
