package io.dynamodblake.lake.compare;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.ValueSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Whether two sets hold the same items, as DynamoDB defines equality. Digests of items are added up
 * where they are read, in buckets by their keys ({@link SumPass}); if all sums agree, nothing is
 * shuffled. Otherwise both sides are read again, and of the buckets that do not agree digests of
 * key and item are brought together in one shuffle and counted ({@link CountPass}). Items that
 * differ are read once more, the first few ({@link DifferenceReader}). Driver only.
 */
public final class Comparison {
  /** The most keys that can be described; their items come to the driver. */
  public static final int MOST_SHOWN = 1_000;

  private static final int BUCKETS = 1 << 12; // 128 KB a task
  private static final int SECRET_BYTES = 16;
  // sides that promise to differ by so many items a bucket differ in nearly all buckets
  private static final int SURPLUS = 4;

  private final SparkSession spark;
  private final ComparisonOptions options;
  private final int buckets;
  private final byte[] secret = new byte[SECRET_BYTES]; // so that nobody can make sums agree

  /** Makes a comparison that has not begun. */
  public Comparison(SparkSession spark, ComparisonOptions options) {
    this(spark, options, BUCKETS);
  }

  /**
   * With another number of buckets, so that tests need few items.
   *
   * @param buckets a power of two
   */
  Comparison(SparkSession spark, ComparisonOptions options, int buckets) {
    this.spark = spark;
    this.options = options;
    this.buckets = buckets;
    new SecureRandom().nextBytes(secret);
    if (options.show() > MOST_SHOWN) {
      throw new UsageException(
          "Cannot show %d differences; at most %d".formatted(options.show(), MOST_SHOWN));
    }
  }

  /**
   * Compares.
   *
   * @throws UsageException if a path or the keys cannot be used
   * @throws io.dynamodblake.export.ExportFormatException if an export is damaged
   * @throws DataRefusedException if something that should be an item is none, or lacks its key
   * @throws UncheckedIOException if a file system fails
   * @throws io.dynamodblake.aws.AwsFailureException if a live table cannot be read
   */
  public ComparisonReport run(ReadProgress progress) {
    progress.phase("Looking at both sides", -1);
    try {
      return RunJobs.during(spark, () -> compare(progress));
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      throw SparkFailures.unwrapped(e);
    }
  }

  private ComparisonReport compare(ReadProgress progress) throws IOException {
    SparkSession session = ValueSessions.of(spark);
    try (Sides sides = Sides.open(session, options)) {
      if (options.changesTo().isPresent()) {
        ChangeWindow.of(sides); // what can be refused is, before anything is read
      }
      sides.read(progress);
      Tally tally = count(session, sides, progress);
      ComparisonReport report = tally.report(sides, describe(sides, tally.differing(), progress));
      return options.changesTo().isPresent()
          ? report.with(writeChanges(session, sides, tally, progress))
          : report;
    }
  }

  private Tally count(SparkSession session, Sides sides, ReadProgress progress) throws IOException {
    Sides.Counts promised = sides.promised();
    BitSet differing = new BitSet(buckets);
    differing.set(0, buckets);
    Tally counted = new Tally(options.show());
    if (!surelyDiffer(promised)) {
      progress.phase("Comparing", promised.sum());
      BucketSums sums = SumPass.of(session, sides, buckets, secret, progress);
      Sides.Counts items = new Sides.Counts(sums.inA(differing), sums.inB(differing));
      progress.read(items.sum(), 0);
      sides.requireAll(promised, items);
      promised = items;
      differing = sums.differing();
      counted.equal(items.a() - sums.inA(differing));
    }
    if (!differing.isEmpty()) {
      progress.phase("Comparing what differs", promised.sum());
      KeyFilter filter =
          options.changesTo().isPresent() ? KeyFilter.forKeys(promised.sum()) : KeyFilter.none();
      Tally found =
          CountPass.of(
              session, sides, differing, buckets, secret, options.show(), filter, progress);
      counted = found.plusCounts(counted);
      progress.read(promised.sum(), 0);
      sides.requireAll(promised, counted.items());
    }
    return counted;
  }

  /** Whether it is known beforehand that hardly a bucket is the same on both sides. */
  private boolean surelyDiffer(Sides.Counts promised) {
    return promised.a() >= 0
        && promised.b() >= 0
        && Math.abs(promised.a() - promised.b()) > (long) SURPLUS * buckets;
  }

  private WrittenChanges writeChanges(
      SparkSession session, Sides sides, Tally tally, ReadProgress progress) throws IOException {
    ChangeExport export =
        ChangeExport.begin(
            session.sessionState().newHadoopConf(),
            options.changesTo().orElseThrow(),
            ChangeWindow.of(sides));
    try {
      ChangePass.Result result = ChangePass.NOTHING;
      if (tally.differences() > 0) {
        progress.phase("Writing changes", tally.items().sum());
        result = ChangePass.write(session, sides, tally.filter(), export, progress);
      }
      if (result.records() != tally.differences()) {
        throw new DataRefusedException(
            "Cannot write changes: %,d keys differed, and then %,d, so A or B was changed meanwhile; compare states that nobody writes to"
                .formatted(tally.differences(), result.records()));
      }
      return export.finish(result.files(), result.inserts(), result.updates(), result.deletes());
    } catch (Throwable e) { // whatever it is, nothing of it may stay
      try {
        export.abandon();
      } catch (IOException | RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private List<ComparisonReport.Shown> describe(
      Sides sides, List<DifferingKey> differing, ReadProgress progress) throws IOException {
    if (differing.isEmpty()) {
      return List.of();
    }
    progress.phase("Reading what differs", -1);
    return new DifferenceReader(sides, options.showValues()).describe(differing);
  }
}
