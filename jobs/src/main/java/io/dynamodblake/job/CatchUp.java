package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.ExportOrder;
import io.dynamodblake.aws.ExportState;
import io.dynamodblake.aws.LiveTable;
import io.dynamodblake.aws.PitrWindow;
import io.dynamodblake.aws.TableExports;
import io.dynamodblake.conf.ApplyKeys;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.ServiceKeys;
import io.dynamodblake.conf.Settings;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.TableFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The exports that bring a lake table up to date: from the moment that it shows to the latest that
 * there is. What was exported already and not applied, as after a run that was stopped, is taken
 * and not exported again.
 */
final class CatchUp {
  private final CommandRun run;
  private final String lake;
  private final CurrentPointer current;
  private final TableFacts facts;

  private CatchUp(CommandRun run, String lake, CurrentPointer current) {
    this.run = run;
    this.lake = lake;
    this.current = current;
    this.facts = current.facts();
  }

  /**
   * Looks at the lake table.
   *
   * @throws UsageException if there is none
   */
  static CatchUp open(CommandRun run) {
    String lake = run.value(ServiceKeys.THEN_APPLY);
    return new CatchUp(run, lake, together(run, lake));
  }

  /**
   * Refuses what cannot go together, before anything is called.
   *
   * @throws UsageException saying so
   */
  static void check(CommandRun run) {
    Settings settings = run.settings();
    if (!settings.isGiven(ServiceKeys.THEN_APPLY)) {
      return;
    }
    if (settings.isGiven(ServiceKeys.THEN_FLATTEN)) {
      throw new UsageException(
          "Cannot use --then-apply with --then-flatten: a full export makes a lake table, and then changes are applied to it");
    }
    if (!run.value(ServiceKeys.SINCE_LAST) && !settings.isGiven(ServiceKeys.EXPORT_RESUME)) {
      throw new UsageException(
          "Cannot use --then-apply without --since-last: where to begin is where the lake table ends");
    }
    if (run.value(ServiceKeys.DETACH)) {
      throw new UsageException("Cannot use --then-apply with --detach: nobody would wait");
    }
    if (run.find(ServiceKeys.PREFIX).orElse("").contains(",")) {
      throw new UsageException(
          "Cannot use --then-apply with a prefix that has a comma; export and apply one by one");
    }
    Set<String> applying = CommandKeys.APPLY.stream().map(Option::key).collect(Collectors.toSet());
    List<Option<?>> flattening = new ArrayList<>(CommandKeys.FLATTENING);
    flattening.addAll(List.of(ServiceKeys.FLATTEN_AS, ServiceKeys.FLATTEN_KEY));
    for (Option<?> option : flattening) {
      if (!applying.contains(option.key()) && settings.isGiven(option)) {
        throw new UsageException(
            "Cannot use --%s with --then-apply: the lake table stays as flatten made it"
                .formatted(option.key()));
      }
    }
    // what is wrong with the others is said now, and not when the export is done
    ApplyCommand.options(run.with(applying(run, List.of("exports"))));
  }

  private static CurrentPointer together(CommandRun run, String lake) {
    try {
      LakeFiles files = new LakeFiles(run.spark().sessionState().newHadoopConf());
      return Lake.open(files, lake).pointer().together();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The settings of apply for some exports. */
  static Settings settings(CommandRun run, List<ExportState> exports) {
    return applying(run, exports.stream().map(ExportState::folder).toList());
  }

  private static Settings applying(CommandRun run, List<String> folders) {
    return run.settings()
        .with(ApplyKeys.CHANGES, String.join(",", folders))
        .with(ApplyKeys.TO, run.value(ServiceKeys.THEN_APPLY));
  }

  /**
   * Exports what the lake table lacks.
   *
   * @param await waits for an export that was started
   * @return all that is to be applied, in its order; none if there is nothing yet
   * @throws ExportFormatException if the table's exports cannot continue the lake table
   * @throws AwsFailureException if the service refuses
   */
  List<ExportState> exports(
      TableExports exports,
      LiveTable table,
      PitrWindow pitr,
      ExportOrder asked,
      UnaryOperator<ExportState> await) {
    Instant mark = mark(table);
    TableExports.Since since = exports.since(table, asked.bucket(), asked.prefix(), mark);
    List<ExportState> all = new ArrayList<>(since.following());
    Instant begin = all.isEmpty() ? mark : all.get(all.size() - 1).until().orElseThrow();
    if (!all.isEmpty()) {
      run.progress()
          .say(
              "Takes %d exports from %s to %s, which were not applied yet"
                  .formatted(all.size(), mark, begin));
    } else if (since.last().filter(last -> !last.equals(mark)).isPresent()) {
      run.progress()
          .say(
              "Begins at %s, the moment that the lake table shows, and not at %s, where the last export to this place ended"
                  .formatted(mark, since.last().get()));
    }
    Instant end = asked.until().orElse(pitr.latest()).truncatedTo(ChronoUnit.SECONDS);
    List<ExportOrder.Window> windows = ExportOrder.windows(begin, end);
    if (!windows.isEmpty() && begin.isBefore(pitr.earliest().truncatedTo(ChronoUnit.SECONDS))) {
      throw new AwsFailureException(
          "Cannot continue lake table %s: it shows %s, but point-in-time recovery of table %s reaches back only to %s; take a full export with --then-flatten and begin anew from it"
              .formatted(lake, begin, table.name(), pitr.earliest()));
    }
    if (windows.isEmpty() && all.isEmpty()) {
      nothingYet(begin);
    }
    for (int i = 0; i < windows.size(); i++) {
      ExportOrder.Window window = windows.get(i);
      ExportOrder order = asked.over(window, token(asked, i, window)).checked(pitr);
      run.stop().says("DynamoDB may have started the export; exports lists those that there are");
      ExportState started = exports.start(table, order);
      run.progress()
          .say(
              "Started export %s of table %s, %d of %d: %s to %s"
                  .formatted(
                      Arns.id(started.arn()),
                      table.name(),
                      i + 1,
                      windows.size(),
                      window.from(),
                      window.until()));
      all.add(await.apply(started));
    }
    return all;
  }

  /** The moment that the lake table shows, if exports of the table can begin there. */
  private Instant mark(LiveTable table) {
    Instant mark =
        facts
            .time()
            .orElseThrow(
                () ->
                    refused(
                        "nobody knows which moment it shows, because it was made of data files without manifests; flatten a full export"));
    if (facts.arn().isEmpty()) {
      throw refused("it does not say of which table it is; flatten a full export");
    }
    if (!facts.arn().get().equals(table.arn())) {
      throw refused(
          "it is of %s, and not of %s; give the lake table of this table"
              .formatted(facts.arn().get(), table.arn()));
    }
    if (facts.id().isPresent() && !table.id().isEmpty() && !facts.id().get().equals(table.id())) {
      throw refused(
          "the table was deleted and made again since (its id was %s and is %s); take a full export with --then-flatten and begin anew from it"
              .formatted(facts.id().get(), table.id()));
    }
    if (current.ledger().last().kind() == LedgerEntry.Kind.ARCHIVE) {
      throw refused(
          "it shows what an archive of a stream has, whose end nobody knows exactly; go on with that archive, or take a full export with --then-flatten and begin anew from it");
    }
    if (!mark.truncatedTo(ChronoUnit.SECONDS).equals(mark)) {
      throw refused(
          "it shows %s, and DynamoDB's windows begin at whole seconds; take a full export of one, with --at and --then-flatten, and begin anew from it"
              .formatted(mark));
    }
    return mark;
  }

  private ExportFormatException refused(String why) {
    return new ExportFormatException("Cannot continue lake table %s: %s".formatted(lake, why));
  }

  /** A token that finds the same export again when the whole is repeated. */
  private static String token(ExportOrder asked, int number, ExportOrder.Window window) {
    return number == 0
        ? asked.clientToken()
        : UUID.nameUUIDFromBytes(
                (asked.clientToken() + "/" + window.from()).getBytes(StandardCharsets.UTF_8))
            .toString();
  }

  private void nothingYet(Instant mark) {
    if (run.value(RunKeys.JSON)) {
      run.print(AwsDocuments.nothingYet(mark));
    } else {
      run.print(
          "Nothing to export yet: the lake table shows "
              + mark
              + ", and the next export has to reach at least 15 minutes further");
    }
  }
}
