package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.SchemaKeys;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.job.inspect.Inspection;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.SchemaDiff;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Tells how two schemas differ, and whether that breaks whoever reads the earlier one. */
final class SchemaCommand implements Command {
  private static final Envelope DOCUMENT = new Envelope("schema-diff", 1);
  private static final String FILE = ".json";

  /**
   * A schema and where it comes from.
   *
   * @param kind a word for people
   * @param items of an export, which has no schema of its own
   * @param partitions empty where nothing is known of them
   */
  private record Side(
      String kind,
      String path,
      TableSchema schema,
      Optional<Inspection> items,
      Optional<List<PartitionColumn>> partitions) {}

  @Override
  public String name() {
    return "schema";
  }

  @Override
  public String summary() {
    return "Tells how the schemas of two files, lake tables or exports differ";
  }

  @Override
  public String synopsis() {
    return "schema diff A B [--check] [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Shows each column and each field inside of one that is new, gone, renamed, wider, narrower or of another type in B,"
            + " and which of that may break a query of A. With --check the exit code is then 4.",
        "If B is an export, it shows what becomes of A when the export is flattened into its table: every item is read once,"
            + " columns without an item are absent, and values that fit no column are counted. No value is shown.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.SCHEMA;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "schema diff s3://lake/orders schema.json --check",
        "schema diff s3://lake/orders s3://exports/orders/AWSDynamoDB/01731986400000-9f8e7d6c/");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    run.value(SchemaKeys.ACTION);
    String later = run.value(SchemaKeys.B);
    Side a = side(run, run.value(SchemaKeys.A));
    Side b = side(run, later);
    run.progress().close();
    SchemaDiff diff = diff(a, b);
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(JsonDocuments.print(document(a, b, diff)));
    } else {
      lines(run, a, b, diff);
    }
    if (run.value(SchemaKeys.CHECK) && !diff.breaking().isEmpty()) {
      run.endsWith(ExitCode.DATA_REFUSED);
    }
  }

  private static SchemaDiff diff(Side a, Side b) {
    if (b.items().isPresent()) {
      return SchemaDiff.ofItems(a.schema(), b.items().get().profile());
    }
    SchemaDiff diff = SchemaDiff.of(a.schema(), b.schema());
    return a.partitions().isPresent() && b.partitions().isPresent()
        ? diff.withPartitions(a.partitions().get(), b.partitions().get())
        : diff;
  }

  private static Side side(CommandRun run, String path) throws IOException {
    Configuration configuration = run.spark().sessionState().newHadoopConf();
    LakeFiles files = new LakeFiles(configuration);
    String place = files.qualify(path);
    if (files.exists(new LakeLayout(place).current())) {
      LakeTable lake = LakeTable.open(run.spark(), path);
      return new Side(
          "lake table", place, lake.schema(), Optional.empty(), Optional.of(lake.partitions()));
    }
    if (path.endsWith(FILE) && !path.endsWith("manifest-summary" + FILE)) {
      try (Reader reader = OutputFiles.open(path, "the schema", configuration)) {
        StringWriter text = new StringWriter();
        reader.transferTo(text);
        TableSchema schema = TableSchemaJson.fromJson(text.toString());
        return new Side("schema", place, schema, Optional.empty(), Optional.empty());
      }
    }
    Inspection inspection = InspectCommand.inspect(run, ExportArguments.locate(run, path));
    return new Side(
        "export",
        inspection.export().root(),
        inspection.plan().schema(),
        Optional.of(inspection),
        Optional.empty());
  }

  private static void lines(CommandRun run, Side a, Side b, SchemaDiff diff) {
    run.print("A  " + printable(a));
    run.print("B  " + printable(b));
    run.print("");
    if (diff.changes().isEmpty()) {
      run.print(run.terminal().green("Same columns") + ", %s".formatted(columns(a)));
      return;
    }
    TextTable table =
        new TextTable(
            List.of("CHANGE", "COLUMN", "A", "B", "BREAKS"),
            List.of(
                TextTable.Column.LEFT,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.LEFT));
    for (SchemaDiff.Change change : diff.changes()) {
      table.add(
          word(change.kind()),
          TextTable.printable(change.place()),
          TextTable.printable(change.from().orElse("")),
          TextTable.printable(change.to().orElse("")),
          change.kind().breaks() ? "yes" : "");
    }
    table.lines(run.terminal().width(), run.terminal()::bold).forEach(run::print);
    run.print("");
    int breaking = diff.breaking().size();
    run.print(
        breaking == 0
            ? run.terminal().green("Nothing breaks")
                + ": what reads A reads B, of %s".formatted(columns(a))
            : run.terminal()
                    .red(
                        Quantities.count(breaking, "change")
                            + (breaking == 1 ? " breaks" : " break"))
                + " what reads A, of %s".formatted(columns(a)));
  }

  private static String columns(Side side) {
    return Quantities.count(side.schema().writtenColumns().size(), "column");
  }

  private static String printable(Side side) {
    return TextTable.printable("%s %s".formatted(side.kind(), side.path()));
  }

  private static ObjectNode document(Side a, Side b, SchemaDiff diff) {
    ObjectNode document = DOCUMENT.begin();
    side(document.putObject("a"), a);
    side(document.putObject("b"), b);
    document.put("breaking", diff.breaking().size());
    ArrayNode changes = document.putArray("changes");
    for (SchemaDiff.Change change : diff.changes()) {
      ObjectNode node = changes.addObject();
      node.put("change", word(change.kind()));
      node.put("column", change.place());
      JsonDocuments.put(node, "from", change.from());
      JsonDocuments.put(node, "to", change.to());
      node.put("breaks", change.kind().breaks());
    }
    return document;
  }

  private static void side(ObjectNode node, Side side) {
    node.put("kind", side.kind());
    node.put("path", side.path());
    node.put("columns", side.schema().writtenColumns().size());
  }

  private static String word(SchemaDiff.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
