package io.dynamodblake.lake.load;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.conf.LoadKeys;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.lake.items.ItemSet;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.KeyRuns;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.ValueSessions;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * The first step of a load: reads all items and checks them, by DynamoDB's limits and the keys of
 * the table that they are to be put into. {@link LoadWrite} puts them, and {@link SurplusItems} are
 * what the table has beside them. Driver only.
 */
public final class LoadCheck {
  private static final String ACTION = "load";
  private static final int MOST_TEXTS = 5;

  private final SparkSession spark;
  private final LoadOptions options;
  private final LoadTarget target;
  private final ItemKeys keys;

  /**
   * Makes a check that has not begun.
   *
   * @throws UsageException if Spark may run a task twice at a time, which would break the rate
   */
  public LoadCheck(SparkSession spark, LoadOptions options, LoadTarget target) {
    refuseSpeculation(spark);
    this.spark = ValueSessions.of(spark);
    this.options = options;
    this.target = target;
    this.keys = new ItemKeys(target.table().keys().stream().map(KeyAttribute::parse).toList());
  }

  static void refuseSpeculation(SparkSession spark) {
    if (spark.sparkContext().getConf().getBoolean("spark.speculation", false)) {
      throw new UsageException(
          "Cannot load with spark.speculation: items would be written twice and faster than the limit; switch it off");
    }
  }

  /**
   * Reads all items and checks them. Calls nothing.
   *
   * @throws UsageException if the path holds no items
   * @throws io.dynamodblake.export.ExportFormatException if an export is damaged
   * @throws DataRefusedException if the table would refuse an item, or two have the same key
   */
  public CheckedItems run(ReadProgress progress) {
    return RunJobs.during(spark, () -> check(progress));
  }

  private CheckedItems check(ReadProgress progress) {
    try {
      progress.phase("Looking at the input", -1);
      Side side = new Side(options.path(), options.snapshot());
      ItemSet set = ItemSet.open(spark, ACTION, side, options.reading(), options.taskBytes());
      refuseLosses(set);
      long promised = set.promised();
      progress.phase("Checking", promised);
      LoadFindings findings = findings(set, progress);
      set.requireAll(ACTION, "there should be", promised, findings.items());
      refuse(findings);
      LoadInput input =
          new LoadInput(
              set.kind(),
              findings.items(),
              findings.bytes(),
              findings.writeUnits(),
              set.notes(),
              Optional.empty());
      return new CheckedItems(spark, options, target, keys, set, input, findings.fingerprint());
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      throw SparkFailures.unwrapped(e);
    }
  }

  private void refuseLosses(ItemSet set) {
    for (KeyAttribute key : keys.attributes()) {
      Optional<String> reason = set.lossOf(key.attribute());
      if (reason.isPresent()) {
        throw new UsageException(
            "Cannot load: key attribute '%s' is not in the lake table as it was (%s), so nobody can tell which item is which; flatten the export again without that"
                .formatted(key.attribute(), reason.get()));
      }
    }
    if (!set.losses().isEmpty() && !options.allowLoss()) {
      throw new UsageException(
          "Cannot load: the lake table does not hold the items as they were: %s; load them all the same with %s"
              .formatted(String.join(", ", set.losses()), options.words().of(LoadKeys.ALLOW_LOSS)));
    }
  }

  private LoadFindings findings(ItemSet set, ReadProgress progress) throws IOException {
    List<byte[]> found;
    try (LiveReads reads = LiveReads.counting(spark.sparkContext(), progress)) {
      JavaRDD<InternalRow> rows =
          set.items(
              new CheckedRows(
                  keys, target.indexKeys(), options.state().isPresent(), reads.counter()));
      spark.sparkContext().setJobDescription("Checking items");
      found =
          CheckedRows.SORT
              .sort(spark, rows)
              .mapPartitions(checked -> List.of(JavaBytes.of(count(checked))).iterator())
              .collect();
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
    LoadFindings all = new LoadFindings();
    found.forEach(one -> all.add(JavaBytes.to(LoadFindings.class, one)));
    progress.read(all.items(), 0);
    return all;
  }

  /** Counts the rows of one partition, which come in the order of their keys. */
  private static LoadFindings count(Iterator<InternalRow> rows) {
    LoadFindings findings = new LoadFindings();
    KeyRuns runs = new KeyRuns();
    long withKey = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      if (CheckedRows.isDefect(row)) {
        findings.defect(CheckedRows.defect(row), CheckedRows.place(row));
        continue;
      }
      findings.digest(CheckedRows.itemHigh(row), CheckedRows.itemLow(row));
      findings.item(CheckedRows.bytes(row), WriteBatches.units(CheckedRows.bytes(row)));
      if (runs.begins(row)) {
        findings.key(withKey);
        withKey = 0;
      }
      withKey++;
    }
    findings.key(withKey);
    return findings;
  }

  private void refuse(LoadFindings findings) {
    List<String> texts = findings.texts();
    if (texts.isEmpty()) {
      return;
    }
    String more =
        texts.size() > MOST_TEXTS ? "; and %d more kinds".formatted(texts.size() - MOST_TEXTS) : "";
    throw new DataRefusedException(
        "Cannot load: %,d of %,d items cannot be put into table %s, whose keys are %s: %s%s; nothing was written. Set such items aside with %s, and load what it wrote"
            .formatted(
                findings.badItems(),
                findings.items(),
                target.table().name(),
                String.join(", ", target.table().keys()),
                String.join("; ", texts.subList(0, Math.min(MOST_TEXTS, texts.size()))),
                more,
                options.words().of(RestoreKeys.ON_INVALID, "quarantine")));
  }
}
