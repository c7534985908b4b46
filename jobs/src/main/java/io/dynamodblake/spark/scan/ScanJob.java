package io.dynamodblake.spark.scan;

import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.ScannedTable;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.RunId;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a table by parallel Scan into the layout of a native export, and continues where an earlier
 * run was interrupted. Driver only.
 *
 * @param settings with the region
 * @param userAgent what the service's logs call us
 * @param to prefix of the export, as of native ones
 * @param asked how many segments the user wants, if that was said
 * @param unitsPerSecond most read units a second of all tasks; infinite for no limit
 * @param description what describes the table, to be kept beside its items; empty for nothing
 */
public record ScanJob(
    AwsSettings settings,
    String userAgent,
    ScannedTable table,
    ScanOrder order,
    String to,
    OptionalInt asked,
    double unitsPerSecond,
    Optional<String> description) {
  /**
   * Reads what is left to read.
   *
   * @throws UsageException if there is an unfinished scan of the table that was begun differently
   */
  public ScanReport run(SparkSession spark, ReadProgress progress) throws IOException {
    return RunJobs.during(spark, () -> scan(spark, progress));
  }

  private ScanReport scan(SparkSession spark, ReadProgress progress) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    if (context.getConf().getBoolean("spark.speculation", false)) {
      throw new UsageException(
          "Cannot scan with spark.speculation: segments would be read twice and the cap not kept; set it to false");
    }
    Instant begin = Instant.now();
    Configuration configuration = spark.sessionState().newHadoopConf();
    String place = new LakeFiles(configuration).qualify(to);
    WriteSessions.fileSystemsFor(place).forEach(configuration::set);
    LakeFiles files = new LakeFiles(configuration);
    int slots = ScanShares.slots(context);
    ScanFolder folder =
        ScanFolder.open(
            files,
            to,
            table.table(),
            order,
            asked,
            ScanShares.segments(table.bytes(), slots),
            begin);
    Map<Integer, ScannedSegment> done = folder.finished();
    int before = done.size();
    long itemsBefore = done.values().stream().mapToLong(ScannedSegment::items).sum();
    List<Integer> left = new ArrayList<>();
    for (int segment = 0; segment < folder.segments(); segment++) {
      if (!done.containsKey(segment)) {
        left.add(segment);
      }
    }
    int tasks = 0;
    double unitsNow = 0;
    if (!left.isEmpty()) {
      List<int[]> shares = ScanShares.deal(left, slots, unitsPerSecond);
      tasks = shares.size();
      for (ScannedSegment segment :
          read(context, configuration, folder, shares, itemsBefore, progress)) {
        done.put(segment.segment(), segment);
        unitsNow += segment.readUnits();
      }
    }
    Instant end = Instant.now();
    List<ScannedSegment> all = List.copyOf(done.values());
    ScanReport report =
        new ScanReport(
            RunId.of(begin),
            folder.path(),
            table.table().arn(),
            folder.startedAt(),
            begin,
            end,
            order.consistent(),
            order.isPartial(),
            folder.segments(),
            before,
            tasks,
            all.stream().mapToLong(ScannedSegment::items).sum(),
            all.stream().mapToLong(ScannedSegment::pages).sum(),
            all.stream().mapToLong(ScannedSegment::bytes).sum(),
            all.stream().mapToDouble(ScannedSegment::readUnits).sum(),
            unitsNow,
            Duration.between(begin, end),
            Double.isInfinite(unitsPerSecond)
                ? OptionalDouble.empty()
                : OptionalDouble.of(unitsPerSecond));
    folder.finish(all, table.table(), order.isPartial(), report, description);
    return report;
  }

  private List<ScannedSegment> read(
      JavaSparkContext context,
      Configuration configuration,
      ScanFolder folder,
      List<int[]> shares,
      long itemsBefore,
      ReadProgress progress) {
    long items = order.isPartial() ? -1 : table.items() - itemsBefore;
    try (LiveReads reads = LiveReads.counting(context.sc(), progress)) {
      reads.phase("Scanning", items > 0 ? items : -1, -1);
      ScanTask task =
          new ScanTask(
              settings,
              userAgent,
              order,
              folder.path(),
              folder.segments(),
              unitsPerSecond / shares.size(),
              new HadoopConfiguration(configuration),
              reads.counter());
      List<ScannedSegment> scanned = new ArrayList<>();
      for (byte[] answer :
          context
              .parallelize(shares, shares.size())
              .map(segments -> JavaBytes.of(task.run(segments)))
              .collect()) {
        for (Object segment : JavaBytes.to(ArrayList.class, answer)) {
          scanned.add((ScannedSegment) segment);
        }
      }
      return scanned;
    }
  }
}
