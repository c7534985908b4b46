package io.dynamodblake.lake.load;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.Extent;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.Verify;
import io.dynamodblake.export.Window;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.read.RunAccounts;
import io.dynamodblake.spark.read.RunChanges;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.ValueSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.storage.StorageLevel;

/**
 * The first step of a load of changes: reads incremental exports that follow each other, brings
 * their records together by key, and checks what each key comes to, as {@link LoadCheck} checks
 * items. {@link LoadWrite} writes it. Driver only.
 */
public final class ChangeCheck {
  private static final int MOST_TEXTS = 5;

  private final SparkSession spark;
  private final LoadOptions options;
  private final ChangeLoad how;
  private final LoadTarget target;
  private final ItemKeys keys;
  private final Configuration configuration;

  /**
   * Makes a check that has not begun.
   *
   * @throws UsageException if Spark may run a task twice at a time, which would break the rate
   */
  public ChangeCheck(SparkSession spark, LoadOptions options, ChangeLoad how, LoadTarget target) {
    LoadCheck.refuseSpeculation(spark);
    this.spark = ValueSessions.of(spark);
    this.options = options;
    this.how = how;
    this.target = target;
    this.keys = new ItemKeys(target.table().keys().stream().map(KeyAttribute::parse).toList());
    this.configuration = this.spark.sessionState().newHadoopConf();
  }

  /**
   * Whether there are change records at a path, and no items: an incremental export, or a prefix
   * that has nothing else.
   *
   * @throws UncheckedIOException if a file system fails
   */
  public static boolean areAt(SparkSession spark, String path, ReadOptions reading) {
    HadoopObjectStore store = new HadoopObjectStore(spark.sessionState().newHadoopConf());
    ExportLocator locator = new ExportLocator(store, reading);
    try {
      if (locator.isExport(path)) {
        return locator.locateEither(path, ExportSelection.newest()).window().isPresent();
      }
      return !hasItems(locator, path) && !locator.changes(path).isEmpty();
    } catch (ExportFormatException e) {
      return false; // whoever looks for items says what is wrong
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static boolean hasItems(ExportLocator locator, String path) throws IOException {
    try {
      locator.locate(path, ExportSelection.newest());
      return true;
    } catch (ExportFormatException e) {
      return false;
    }
  }

  /**
   * Reads all changes and checks what they come to. Calls nothing.
   *
   * @throws ExportFormatException if an export is damaged, or they do not follow each other
   * @throws DataRefusedException if the table would refuse an item
   */
  public CheckedChanges run(ReadProgress progress) {
    return RunJobs.during(spark, () -> check(progress));
  }

  private CheckedChanges check(ReadProgress progress) {
    JavaRDD<byte[]> packets = null;
    boolean done = false;
    try {
      progress.phase("Looking at the input", -1);
      List<ExportManifest> windows = windows();
      progress.phase("Checking", windows.stream().mapToLong(ExportManifest::itemCount).sum());
      List<RunAccounts> accounts = new ArrayList<>();
      KeyCollapse.Account all = new KeyCollapse.Account();
      try (LiveReads reads = LiveReads.counting(spark.sparkContext(), progress)) {
        spark.sparkContext().setJobDescription("Checking changes");
        packets = packets(windows, accounts, reads.counter()).persist(StorageLevel.DISK_ONLY());
        packets
            .filter(ChangePacket::isAccount)
            .map(ChangePacket::account)
            .collect()
            .forEach(bytes -> all.add(JavaBytes.to(KeyCollapse.Account.class, bytes)));
      } finally {
        spark.sparkContext().setJobDescription(null);
        accounts.forEach(RunAccounts::close);
      }
      for (RunAccounts account : accounts) {
        settle(account);
      }
      refuse(windows, all);
      done = true;
      return new CheckedChanges(
          spark,
          options,
          target,
          keys,
          input(windows, all),
          all.findings().fingerprint(),
          how,
          packets);
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      throw SparkFailures.unwrapped(e);
    } finally {
      if (!done && packets != null) {
        packets.unpersist();
      }
    }
  }

  private LoadInput input(List<ExportManifest> windows, KeyCollapse.Account all) {
    ExportManifest first = windows.get(0);
    ExportManifest last = windows.get(windows.size() - 1);
    String kind =
        "%s, %s to %s%s"
            .formatted(
                windows.size() == 1
                    ? "changes of export " + first.exportId()
                    : "changes of %d exports".formatted(windows.size()),
                window(first).from(),
                window(last).to(),
                how.reversed() ? ", backwards" : "");
    List<String> notes = new ArrayList<>();
    windows.forEach(export -> notes.addAll(export.warnings()));
    if (all.breaks() > 0) {
      notes.add(
          "%,d changes of a key do not begin where the one before it ended"
              .formatted(all.breaks()));
    }
    LoadFindings findings = all.findings();
    return new LoadInput(
        kind,
        findings.items(),
        findings.bytes(),
        findings.writeUnits(),
        notes,
        Optional.of(new ChangeCounts(all.records(), all.puts(), all.deletes(), how.reversed())));
  }

  // ---- which

  private List<ExportManifest> windows() throws IOException {
    List<ExportManifest> windows =
        new ExportLocator(new HadoopObjectStore(configuration), options.reading())
            .changes(options.path());
    for (int i = 0; i < windows.size(); i++) {
      ExportManifest export = windows.get(i);
      if (export.extent() == Extent.PARTIAL) {
        throw new ExportFormatException(
            "Cannot load changes: export %s is filtered, so a change that took an item out of the filter is not in it, in %s; export the window without a filter"
                .formatted(export.exportId(), export.root()));
      }
      if (how.needsOldImages() && window(export).view() != Window.View.NEW_AND_OLD_IMAGES) {
        throw new ExportFormatException(
            "Cannot load changes: export %s has new images alone, so nobody knows what was before, in %s; export the window with new and old images"
                .formatted(export.exportId(), export.root()));
      }
      if (i > 0) {
        requireNext(windows.get(i - 1), export);
      }
    }
    return windows;
  }

  private static void requireNext(ExportManifest before, ExportManifest export) {
    if (!window(before).to().equals(window(export).from())) {
      throw new ExportFormatException(
          "Cannot load changes: the window of export %s ends at %s and that of %s begins at %s, so they do not follow each other, in %s; load one export after the other"
              .formatted(
                  before.exportId(),
                  window(before).to(),
                  export.exportId(),
                  window(export).from(),
                  export.root()));
    }
  }

  private static Window window(ExportManifest export) {
    return export.window().orElseThrow(() -> new IllegalArgumentException("An export of items"));
  }

  // ---- reading

  private JavaRDD<byte[]> packets(
      List<ExportManifest> windows, List<RunAccounts> accounts, LiveReads.Counter counter)
      throws IOException {
    HadoopConfiguration settings = new HadoopConfiguration(configuration);
    CheckedRows checks = new CheckedRows(keys, target.indexKeys(), true, counter);
    boolean reversed = how.reversed();
    JavaRDD<InternalRow> rows = JavaSparkContext.fromSparkContext(spark.sparkContext()).emptyRDD();
    for (int i = 0; i < windows.size(); i++) {
      RunAccounts account = RunAccounts.open(spark, windows.get(i), ReadProgress.NONE);
      accounts.add(account);
      RunChanges changes = RunChanges.failing(account, options.reading());
      long number = i;
      rows =
          rows.union(
              RunChanges.shares(spark, configuration, windows.get(i), options.taskBytes())
                  .mapPartitions(
                      share ->
                          new LoadChangeRows(
                              changes.open(settings.configuration(), share),
                              checks,
                              number,
                              reversed)));
    }
    boolean oldKnown =
        windows.stream()
            .allMatch(export -> window(export).view() == Window.View.NEW_AND_OLD_IMAGES);
    return LoadChangeRows.SORT
        .sort(spark, rows)
        .mapPartitions(sorted -> new KeyCollapse(sorted, oldKnown));
  }

  private void settle(RunAccounts accounts) {
    ExportManifest export = accounts.manifest();
    List<FileAccount> files = accounts.files();
    long records = files.stream().mapToLong(FileAccount::items).sum();
    boolean counted = options.reading().verify() != Verify.NONE && export.itemCount() >= 0;
    if (files.size() != export.files().size() || (counted && records != export.itemCount())) {
      throw new ExportFormatException(
          "Cannot load changes: export %s should have %,d records in %,d data files and %,d in %,d were read, in %s; copy or export it again"
              .formatted(
                  export.exportId(),
                  export.itemCount(),
                  export.files().size(),
                  records,
                  files.size(),
                  export.root()));
    }
  }

  private void refuse(List<ExportManifest> windows, KeyCollapse.Account all) {
    if (all.repeated() > 0) {
      throw new ExportFormatException(
          "Cannot load changes: %,d records are of a key that their export has already, and an export has one for each key, in %s; it is no export of a window as DynamoDB writes it: export again"
              .formatted(all.repeated(), windows.get(0).root()));
    }
    List<String> texts = all.findings().texts();
    if (!texts.isEmpty()) {
      throw new DataRefusedException(
          "Cannot load changes: %,d of %,d keys cannot be written into table %s, whose keys are %s: %s; nothing was written. Load them into a table with the same keys and indexes"
              .formatted(
                  all.findings().badItems(),
                  all.findings().items(),
                  target.table().name(),
                  String.join(", ", target.table().keys()),
                  String.join("; ", texts.subList(0, Math.min(MOST_TEXTS, texts.size())))));
    }
  }
}
