package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.TableExports;
import io.dynamodblake.conf.LoadKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.conf.ScanKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.load.CheckedItems;
import io.dynamodblake.lake.load.LoadCensus;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.scan.KeyScan;
import io.dynamodblake.spark.scan.TableReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a load may delete, as the user has said it.
 *
 * @param limit how many items at most; empty only for a dry run
 * @param cap how fast the keys of the table may be read
 * @param assumeWhole whether the user vouches for items of which nobody can tell whether they are
 *     all
 * @param allowEmpty whether all of the table may be deleted because there are no items
 */
record LoadDeletes(
    Optional<DeleteLimit> limit, ReadCap cap, boolean assumeWhole, boolean allowEmpty) {
  /**
   * What the options say; empty if nothing is to be deleted.
   *
   * @throws UsageException if they cannot be meant
   */
  static Optional<LoadDeletes> asked(CommandRun run) {
    if (!run.value(LoadKeys.DELETE_MISSING)) {
      refuseOthers(run);
      return Optional.empty();
    }
    Optional<DeleteLimit> limit = run.find(LoadKeys.MAX_DELETES).map(DeleteLimit::parse);
    if (limit.isEmpty() && !run.value(LoadKeys.DRY_RUN)) {
      throw new UsageException(
          "Cannot use --delete-missing without --max-deletes: say how many items it may delete at most, such as 1000 or 2%; --dry-run counts them");
    }
    if (run.value(ReadKeys.VERIFY).equals("none")) {
      throw new UsageException(
          "Cannot use --delete-missing with --verify none: what a damaged export lacks would be deleted");
    }
    return Optional.of(
        new LoadDeletes(
            limit,
            ReadCap.asked(run),
            run.value(LoadKeys.ASSUME_WHOLE),
            run.value(LoadKeys.ALLOW_EMPTY)));
  }

  private static void refuseOthers(CommandRun run) {
    for (Option<?> option :
        List.of(
            LoadKeys.MAX_DELETES,
            LoadKeys.ALLOW_EMPTY,
            LoadKeys.ASSUME_WHOLE,
            LoadKeys.MAX_RCU,
            ScanKeys.MAX_RCU_PERCENT)) {
      boolean reads =
          option.key().equals(LoadKeys.MAX_RCU.key()) || option == ScanKeys.MAX_RCU_PERCENT;
      if (reads && run.value(LoadKeys.CHECK_OLD_IMAGES)) {
        continue;
      }
      if (run.settings().isGiven(option)) {
        throw new UsageException(
            "Cannot use --%s without --%s".formatted(option.key(), LoadKeys.DELETE_MISSING.key()));
      }
    }
  }

  /** How the keys of the table are read. */
  KeyScan keyScan(AwsSettings settings, String userAgent, LoadTarget target, String table) {
    return new KeyScan(
        new TableReading(
            settings,
            userAgent,
            target.described(),
            ScanOrder.ofKeys(table, target.table().keyAttributes()),
            cap.of(target.described())));
  }

  /**
   * Refuses items that are not all: those that they lack would be taken for ones to be deleted.
   *
   * @throws DataRefusedException if they are not all, or nobody can tell and the user has not said
   *     it
   */
  void requireWhole(CheckedItems checked, AwsSettings settings, String userAgent) {
    Wholeness whole = checked.wholeness();
    List<String> gaps = new ArrayList<>(whole.gaps());
    List<String> doubts = new ArrayList<>(whole.doubts());
    if (gaps.isEmpty() && whole.exportArn().isPresent()) {
      askWhetherFiltered(whole.exportArn().get(), settings, userAgent, gaps, doubts);
    }
    if (!gaps.isEmpty()) {
      throw new DataRefusedException(
          "Cannot delete what is missing: the items of DIR are not all of the table that they come from: %s. Nothing was written; load without --delete-missing, or give a whole export"
              .formatted(String.join("; ", gaps)));
    }
    if (!doubts.isEmpty() && !assumeWhole) {
      throw new DataRefusedException(
          "Cannot delete what is missing: nobody can tell whether the items of DIR are all of the table that they come from: %s. Nothing was written; if you know that they are, give --assume-whole"
              .formatted(String.join("; ", doubts)));
    }
    if (checked.input().items() == 0 && !allowEmpty) {
      throw new DataRefusedException(
          "Cannot delete what is missing: DIR holds no items, so all of the table would be deleted. Nothing was written; if that is meant, give --allow-empty");
    }
  }

  private static void askWhetherFiltered(
      String arn, AwsSettings settings, String userAgent, List<String> gaps, List<String> doubts) {
    AwsSettings there = Arns.region(arn).map(settings::inRegion).orElse(settings);
    try (AwsClients clients = new AwsClients(there, userAgent)) {
      if (new TableExports(clients, Pauses.REAL).isFiltered(arn)) {
        gaps.add("they come from a filtered export, " + Arns.id(arn));
      }
    } catch (AwsFailureException e) {
      doubts.add(
          "only DynamoDB knows whether the export was filtered, and did not say it (%s)"
              .formatted(e.getMessage()));
    }
  }

  /**
   * Refuses more deletes than the user allows.
   *
   * @throws DataRefusedException if there are
   */
  void refuseMany(LoadCensus census, LoadTarget target) {
    DeleteLimit most = limit.orElseThrow();
    if (!most.allows(census.surplus(), census.tableItems())) {
      throw new DataRefusedException(
          "Cannot delete what is missing: %,d of %,d items of table %s are not in DIR, which is more than --max-deletes %s. Nothing was written; look whether it is the right DIR and table, and allow as many"
              .formatted(census.surplus(), census.tableItems(), target.table().name(), most));
    }
  }

  /** Refuses to delete from another table: hours may have passed since it was looked at. */
  static void requireSameTable(LoadTarget before, LoadTarget now) {
    if (!now.table().id().equals(before.table().id())) {
      throw new AwsFailureException(
          "Cannot delete from table %s: it was dropped and made again since its keys were read"
              .formatted(now.table().name()));
    }
  }
}
