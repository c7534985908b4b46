package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.ExportLine;
import io.dynamodblake.aws.ExportState;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.TableExports;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.ServiceKeys;
import io.dynamodblake.job.text.TextTable;
import java.util.List;
import java.util.Optional;

/** Which exports there are, and how they stand. */
final class ExportsCommand implements Command {
  @Override
  public String name() {
    return "exports";
  }

  @Override
  public String summary() {
    return "Lists the exports of the last 90 days, or describes one";
  }

  @Override
  public String synopsis() {
    return "exports [TABLE] [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Says of every export that DynamoDB remembers when it began, what it is and how it stands, the newest first; of one given"
            + " with --arn everything, also where its manifest is and whether it holds the whole table.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.EXPORTS;
  }

  @Override
  public List<String> examples() {
    return List.of("exports Orders --region eu-west-1", "exports --arn \"$EXPORT_ARN\"");
  }

  @Override
  public void run(CommandRun run) {
    Optional<String> arn = run.find(ServiceKeys.LISTED_ARN);
    Optional<String> table = run.find(ServiceKeys.LISTED_TABLE).map(Arns::checkedTable);
    try (AwsClients clients = AwsArguments.clients(run, arn.or(() -> table))) {
      TableExports exports = new TableExports(clients, Pauses.REAL);
      if (arn.isPresent()) {
        describe(run, exports.describe(arn.get()));
      } else {
        list(
            run,
            exports.list(table.filter(text -> Arns.region(text).isPresent())).stream()
                .filter(
                    line ->
                        table.isEmpty()
                            || Arns.region(table.get()).isPresent()
                            || Arns.tableName(line.arn()).equals(table.get()))
                .toList());
      }
    }
  }

  private static void describe(CommandRun run, ExportState export) {
    if (run.value(RunKeys.JSON)) {
      run.print(AwsDocuments.export(export));
    } else {
      run.print(
          run.terminal().bold(TextTable.printable(Arns.tableName(export.tableArn())))
              + "  export "
              + TextTable.printable(Arns.id(export.arn())));
      AwsDocuments.facts(run, export);
    }
  }

  private static void list(CommandRun run, List<ExportLine> lines) {
    if (run.value(RunKeys.JSON)) {
      run.print(AwsDocuments.exports(lines));
      return;
    }
    if (lines.isEmpty()) {
      run.print("No exports in the last 90 days.");
      return;
    }
    TextTable table =
        new TextTable(
            List.of("began", "table", "kind", "status", "export"),
            List.of(
                TextTable.Column.LEFT,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.LEFT,
                TextTable.Column.LEFT,
                TextTable.Column.LEFT));
    for (ExportLine line : lines) {
      table.add(
          AwsDocuments.began(line.arn()),
          Arns.tableName(line.arn()),
          line.type().equals("INCREMENTAL_EXPORT") ? "incremental" : "full",
          line.status(),
          Arns.id(line.arn()));
    }
    table.lines(run.terminal().width(), run.terminal()::bold).forEach(run::print);
  }
}
