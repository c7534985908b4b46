package io.dynamodblake.job;

import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.StatusKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.util.List;

/** How all lake tables below a folder stand. */
final class StatusCommand implements Command {
  @Override
  public String name() {
    return "status";
  }

  @Override
  public String summary() {
    return "Says of all lake tables under a folder how old they are and how they stand";
  }

  @Override
  public String synopsis() {
    return "status PREFIX [--max-age SPAN] [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Shows of each lake table, of Parquet or Iceberg, alone or one for each kind of items, what moment it shows, how old that"
            + " is, rows and bytes, its last run, and, if incremental exports keep it, how many windows it lacks; and how far streams"
            + " are read into their archives. Folders are listed level by level; no data file is listed or read.",
        "A table that cannot be opened, or whose current snapshot is gone, is shown as broken with the reason. If one is broken or"
            + " older than --max-age, an error names them and the exit code is 3.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.STATUS;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "status s3://lake/", "status s3://lake/ --max-age 26h --notify-topic \"$TOPIC\"");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    LakeFiles files = new LakeFiles(Sessions.hadoopConfiguration());
    String prefix = new LakeLayout(files.qualify(run.value(StatusKeys.PREFIX))).root();
    LakeSearch found = LakeSearch.below(files, prefix, run.value(StatusKeys.DEPTH));
    if (found.tables().isEmpty() && found.archives().isEmpty()) {
      throw new UsageException(
          "Cannot find lake tables: there is none in %s, nor up to %d folders deep below it; check the place%s"
              .formatted(
                  prefix,
                  run.value(StatusKeys.DEPTH),
                  found.deeper() > 0 ? ", or look deeper with --depth" : ""));
    }
    StatusReport report =
        new StatusReport(prefix, found, run.find(StatusKeys.MAX_AGE), Instants.now());
    run.account().ofData(report.oldest());
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(report.toJson());
    } else {
      report.lines(run.terminal()).forEach(run::print);
    }
    report
        .complaint()
        .ifPresent(
            complaint -> {
              throw new ExportFormatException(complaint);
            });
  }
}
