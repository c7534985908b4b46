package io.dynamodblake.bench;

import java.nio.file.Path;

/**
 * flatten with a pinned schema against the codecs that it cannot do without, alone: see {@link
 * CodecFloor}. What it takes beyond them is ours, Spark's and the JVM's.
 */
final class FloorRow implements Row {
  private static final double MOST_OF_CODECS = 1.70;
  private static final String OURS = "dynamodb-lake";
  private static final String CODECS = "codecs";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    Path lake = workshop.freshTarget();
    Path pages = workshop.freshTarget();
    workshop.flattenPinned(lake);
    try (CodecFloor floor =
        CodecFloor.of(
            workshop.export().resolve("data"),
            Workshop.snapshot(lake),
            pages,
            workshop.spark().sessionState().newHadoopConf())) {
      Contest contest =
          workshop.contest(
              "codec floor",
              new Contest.Side(OURS, workshop::flattenPinned),
              new Contest.Side(CODECS, target -> floor.run()));
      return Result.of(
          contest.lineOfProcessor(
              "flatten, schema pinned, against gunzip, MD5, CRC and zstd of the same bytes alone",
              OURS,
              CODECS,
              MOST_OF_CODECS));
    } finally {
      Directories.delete(lake);
      Directories.delete(pages);
    }
  }
}
