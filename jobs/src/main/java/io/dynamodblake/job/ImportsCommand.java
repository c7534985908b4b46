package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.ImportLine;
import io.dynamodblake.aws.ImportState;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.TableImports;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.ServiceKeys;
import io.dynamodblake.job.text.TextTable;
import java.util.List;
import java.util.Optional;

/** Which imports there are, and how they stand. */
final class ImportsCommand implements Command {
  private static final int MOST_ERRORS = 100;

  @Override
  public String name() {
    return "imports";
  }

  @Override
  public String summary() {
    return "Lists the imports of the last 90 days, or describes one";
  }

  @Override
  public String synopsis() {
    return "imports [TABLE] [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Says of every import that DynamoDB remembers when it began, where it read from and how it stands; of one given with"
            + " --arn also the counts, and with --errors why items were refused.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.IMPORTS;
  }

  @Override
  public List<String> examples() {
    return List.of("imports --region eu-west-1", "imports --errors --arn \"$IMPORT_ARN\"");
  }

  @Override
  public void run(CommandRun run) {
    Optional<String> arn = run.find(ServiceKeys.LISTED_ARN);
    Optional<String> table = run.find(ServiceKeys.LISTED_TABLE).map(Arns::checkedTable);
    try (AwsClients clients = AwsArguments.clients(run, arn.or(() -> table))) {
      TableImports imports = new TableImports(clients, Pauses.REAL);
      if (arn.isPresent()) {
        describe(run, imports, imports.describe(arn.get()));
      } else {
        list(
            run,
            imports.list(table.filter(text -> Arns.region(text).isPresent())).stream()
                .filter(
                    line ->
                        table.isEmpty()
                            || Arns.region(table.get()).isPresent()
                            || Arns.tableName(line.arn()).equals(table.get()))
                .toList());
      }
    }
  }

  private static void describe(CommandRun run, TableImports imports, ImportState state) {
    List<String> errors =
        run.value(ServiceKeys.ERRORS) ? imports.errors(state, MOST_ERRORS) : List.of();
    if (run.value(RunKeys.JSON)) {
      run.print(AwsDocuments.imported(state, errors));
      return;
    }
    run.print(
        run.terminal().bold(TextTable.printable(Arns.tableName(state.tableArn())))
            + "  import "
            + TextTable.printable(Arns.id(state.arn())));
    AwsDocuments.facts(run, state);
    errors.forEach(error -> AwsDocuments.fact(run, "Refused", error));
  }

  private static void list(CommandRun run, List<ImportLine> lines) {
    if (run.value(RunKeys.JSON)) {
      run.print(AwsDocuments.imports(lines));
      return;
    }
    if (lines.isEmpty()) {
      run.print("No imports in the last 90 days.");
      return;
    }
    TextTable table =
        new TextTable(
            List.of("began", "table", "from", "status", "import"),
            List.of(
                TextTable.Column.LEFT,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.LEFT,
                TextTable.Column.LEFT));
    for (ImportLine line : lines) {
      table.add(
          line.startedAt()
              .map(start -> start.toString().substring(0, 19) + "Z")
              .orElseGet(() -> AwsDocuments.began(line.arn())),
          Arns.tableName(line.arn()),
          line.source(),
          line.status(),
          Arns.id(line.arn()));
    }
    table.lines(run.terminal().width(), run.terminal()::bold).forEach(run::print);
  }
}
