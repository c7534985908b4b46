package io.dynamodblake.job;

import io.dynamodblake.conf.ApplyKeys;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.CompareKeys;
import io.dynamodblake.conf.DemoKeys;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.InspectKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.Settings;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.job.inspect.Inspection;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/**
 * The whole story on an export that comes with the program: inspect, flatten, query, apply,
 * restore.
 */
final class DemoCommand implements Command {
  private static final String TABLE = "orders";
  private static final String EXPORT = "export";
  private static final String LAKE = "lake";
  private static final String IMPORT = "import";
  private static final String SCHEMA = "schema.json";
  private static final String HTML = "inspection.html";

  /** What says that a folder is an earlier demo's and may be written anew. */
  private static final String MARK = ".dynamodb-lake-demo";

  /** The columns that the demo retypes, as somebody who knows the shop would. */
  private static final Map<String, Conversion> TIMES =
      Map.of(
          "createdAt", Conversion.ISO_8601_MILLIS,
          "updatedAt", Conversion.EPOCH_SECONDS,
          "expiresAt", Conversion.EPOCH_SECONDS);

  private static final List<KeyAttribute> KEYS =
      List.of(new KeyAttribute("pk", Descriptor.S), new KeyAttribute("sk", Descriptor.S));

  /** A question and its SQL. */
  record Query(String question, String sql) {}

  static final List<Query> QUERIES =
      List.of(
          new Query(
              "What did the shop earn each month? The partition column keeps Athena from reading other months.",
              """
              SELECT createdat_month, count(*) AS orders, sum(total) AS revenue,
                     cast(avg(total) AS decimal(10,2)) AS average
              FROM orders
              WHERE entity = 'order' AND status <> 'CANCELLED'
              GROUP BY createdat_month ORDER BY createdat_month"""),
          new Query(
              "Which products sell best? A list of maps became an array of structs; money stayed exact.",
              """
              SELECT p.sku, p.title, sum(l.qty) AS pieces, sum(l.qty * l.price) AS revenue
              FROM (SELECT explode(lines) AS l FROM orders) JOIN orders p ON p.sku = l.sku
              GROUP BY p.sku, p.title ORDER BY revenue DESC LIMIT 5"""),
          new Query(
              "Where is what did not fit? Some old client wrote the quantity as text; none of it is lost.",
              """
              SELECT id, qty, ddb_rescued['qty'] AS rescued
              FROM orders
              WHERE ddb_rescued IS NOT NULL ORDER BY id LIMIT 4"""),
          new Query(
              "Is a coupon that is NULL the same as none? Not to DynamoDB, so not here.",
              """
              SELECT count(coupon) AS with_coupon,
                     count_if(array_contains(ddb_nulls, 'coupon')) AS coupon_is_null,
                     count_if(coupon IS NULL AND NOT coalesce(array_contains(ddb_nulls, 'coupon'), false)) AS absent
              FROM orders
              WHERE entity = 'order'"""));

  /** Asked again when the changes of a day were applied. */
  static final Query DAY_LATER =
      new Query(
          "November again, of which there was less above, and a column that is new: the shop has an app now.",
          """
          SELECT createdat_month, count(*) AS orders, sum(total) AS revenue,
                 count_if(channel = 'app') AS by_app
          FROM orders
          WHERE entity = 'order' AND status <> 'CANCELLED' AND createdat_month = '2024-11'
          GROUP BY createdat_month""");

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String summary() {
    return "Shows it all on a small export that comes with the program";
  }

  @Override
  public String synopsis() {
    return "demo [--dir DIR]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Inspects the export of an invented shop, flattens it to Parquet, queries that, applies the changes of a day and restores it. Takes less than a"
            + " minute and needs neither a network nor an AWS account. Everything it writes is in one folder of the working"
            + " directory.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.DEMO;
  }

  @Override
  public List<String> examples() {
    return List.of("demo", "demo --dir /tmp/demo");
  }

  @Override
  public void run(CommandRun run) throws Exception {
    Path directory = Path.of(run.value(DemoKeys.DIR));
    run.stop().says("Only %s was written to%s".formatted(directory, StopNotice.AGAIN));
    prepare(directory);
    new Story(run, directory).tell();
  }

  /** An empty folder of our own: a new one, or that of an earlier demo without what it wrote. */
  private static void prepare(Path directory) throws IOException {
    if (Files.exists(directory) && !isOurs(directory)) {
      throw new UsageException(
          "Cannot write the demo: "
              + directory
              + " exists and is no earlier demo's; choose another folder with --dir");
    }
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve(MARK), "Written by dynamodb-lake demo, which may delete what is here.\n");
    delete(directory.resolve(EXPORT));
    delete(directory.resolve(LAKE));
    delete(directory.resolve(IMPORT));
    Files.deleteIfExists(directory.resolve(SCHEMA));
    Files.deleteIfExists(directory.resolve(HTML));
  }

  private static boolean isOurs(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> children = Files.list(directory)) {
      return Files.exists(directory.resolve(MARK)) || children.findAny().isEmpty();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** One telling of the story. */
  private static final class Story {
    private static final int CHAPTERS = 8;

    private final CommandRun run;
    private final Terminal terminal;
    private final Path directory;
    private int chapter;

    Story(CommandRun run, Path directory) {
      this.run = run;
      this.terminal = run.terminal();
      this.directory = directory;
    }

    void tell() throws Exception {
      export();
      inspect();
      retype();
      flatten();
      query();
      apply();
      restore();
      end();
    }

    private void export() throws IOException {
      chapter("An export of a DynamoDB table");
      say(
          "The table 'orders' of an invented shop, as DynamoDB exports it to S3: manifests, checksums and");
      say("gzipped lines of typed JSON that nothing can query as they are.");
      say("");
      DemoExport.copyTo(directory.resolve(EXPORT));
      try (Stream<Path> paths = Files.walk(directory.resolve(EXPORT))) {
        for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
          say("  %9s  %s".formatted(Quantities.bytes(Files.size(path)), path));
        }
      }
    }

    private void inspect() throws IOException {
      chapter("What is in it?");
      command(
          "inspect "
              + at(EXPORT)
              + " \\\n      --html "
              + at(HTML)
              + " --schema-out "
              + at(SCHEMA));
      new InspectCommand()
          .run(
              as(
                  Map.of(
                      ReadKeys.EXPORT.key(), at(EXPORT),
                      InspectKeys.HTML.key(), at(HTML),
                      InspectKeys.SCHEMA_OUT.key(), at(SCHEMA))));
    }

    private void retype() throws IOException {
      chapter("Say what only you know");
      Path file = directory.resolve(SCHEMA);
      TableSchema proposed = TableSchemaJson.fromJson(Files.readString(file));
      List<Column> columns = new ArrayList<>();
      say("DynamoDB has no type for time. An editor on " + file + " gives three columns one:");
      say("");
      for (Column column : proposed.columns()) {
        Conversion conversion = TIMES.get(column.attribute());
        if (conversion == null) {
          columns.add(column);
        } else {
          ValueMapping mapping =
              new ValueMapping.Scalar(
                  column.mapping().descriptor(), LakeType.TIMESTAMP, conversion);
          columns.add(Column.of(column.name(), column.attribute(), mapping));
          say(
              "  %-10s %-7s -> timestamp from %s"
                  .formatted(
                      column.attribute(),
                      Inspection.shortType(column.mapping()),
                      conversion.key()));
        }
      }
      say("");
      say("An export does not tell the keys of its table either. Here they are pk and sk.");
      Files.writeString(file, TableSchemaJson.toJson(new TableSchema(TABLE, KEYS, columns)));
    }

    private void flatten() {
      chapter("Make it a table");
      command(
          "flatten "
              + at(EXPORT)
              + " --to "
              + at(LAKE)
              + " --table "
              + TABLE
              + " \\\n"
              + "      --schema "
              + at(SCHEMA)
              + " --partition-by 'month(createdAt)' --sort-by pk,sk");
      new FlattenCommand()
          .run(
              as(
                  Map.of(
                      ReadKeys.EXPORT.key(),
                      at(EXPORT),
                      FlattenKeys.TO.key(),
                      at(LAKE),
                      FlattenKeys.TABLE.key(),
                      TABLE,
                      FlattenKeys.SCHEMA.key(),
                      at(SCHEMA),
                      FlattenKeys.PARTITION_BY.key(),
                      "month(createdAt)",
                      FlattenKeys.SORT_BY.key(),
                      "pk,sk")));
    }

    private void query() {
      chapter("Query it");
      SparkSession spark = run.spark();
      LakeTable.open(spark, at(LAKE)).rows().createOrReplaceTempView(TABLE);
      boolean first = true;
      for (Query query : QUERIES) {
        if (!first) {
          say("");
        }
        first = false;
        show(query);
      }
      spark.catalog().dropTempView(TABLE);
    }

    private void apply() throws IOException {
      chapter("A day later");
      say(
          "What changed in the shop since, as DynamoDB exports it: orders came and moved on, coupons were");
      say("used up and left their orders, cancelled orders expired.");
      say("");
      String day = DemoExport.copyDayTo(directory.resolve(EXPORT)).toString();
      command("apply " + day + " --to " + at(LAKE) + " --strict --verify-old-images all");
      new ApplyCommand()
          .run(
              as(
                  Map.of(
                      ApplyKeys.CHANGES.key(),
                      day,
                      ApplyKeys.TO.key(),
                      at(LAKE),
                      ApplyKeys.STRICT.key(),
                      "true",
                      ApplyKeys.VERIFY_OLD_IMAGES.key(),
                      "all")));
      say("");
      LakeTable.open(run.spark(), at(LAKE)).rows().createOrReplaceTempView(TABLE);
      show(DAY_LATER);
      run.spark().catalog().dropTempView(TABLE);
    }

    private void show(Query query) {
      say(query.question());
      query.sql().lines().forEach(line -> say(terminal.dim("  " + line)));
      say("");
      table(run.spark().sql(query.sql())).forEach(line -> say("  " + line));
    }

    private List<String> table(Dataset<Row> rows) {
      StructField[] fields = rows.schema().fields();
      List<String> headings = Stream.of(fields).map(StructField::name).toList();
      List<TextTable.Column> columns =
          Stream.of(fields)
              .map(
                  field ->
                      field.dataType() instanceof NumericType
                              || field.dataType() instanceof DecimalType
                          ? TextTable.Column.RIGHT
                          : TextTable.Column.FLEXIBLE)
              .toList();
      TextTable table = new TextTable(headings, columns);
      for (Row row : rows.collectAsList()) {
        String[] cells = new String[fields.length];
        for (int i = 0; i < cells.length; i++) {
          cells[i] = row.isNullAt(i) ? "null" : String.valueOf(row.get(i));
        }
        table.add(cells);
      }
      UnaryOperator<String> bold = terminal::bold;
      return table.lines(terminal.width() - 2, bold);
    }

    private void restore() throws IOException {
      chapter("And back again");
      command(
          "restore "
              + at(LAKE)
              + " --to "
              + at(IMPORT)
              + " --table Orders-Restore --key pk:S,sk:S --import-bucket acme-import");
      new RestoreCommand()
          .run(
              as(
                  Map.of(
                      RestoreKeys.DIR.key(),
                      at(LAKE),
                      RestoreKeys.TO.key(),
                      at(IMPORT),
                      RestoreKeys.TABLE.key(),
                      "Orders-Restore",
                      RestoreKeys.KEY.key(),
                      "pk:S,sk:S",
                      RestoreKeys.IMPORT_BUCKET.key(),
                      "acme-import")));
      say("");
      command("compare " + at(LAKE) + " " + at(IMPORT) + " --key pk:S,sk:S");
      CommandRun compare =
          as(
              Map.of(
                  CompareKeys.A.key(),
                  at(LAKE),
                  CompareKeys.B.key(),
                  at(IMPORT),
                  CompareKeys.KEY.key(),
                  "pk:S,sk:S"));
      new CompareCommand().run(compare);
      if (compare.exitCode() != ExitCode.DONE) {
        throw new IllegalStateException("Items of the demo did not come back equal");
      }
      say("");
      long items = LakeTable.open(run.spark(), at(LAKE)).current().snapshot().rows();
      say(
          "  The lake table of the day after and the import files hold the same "
              + Quantities.count(items, "item")
              + ": names, sets, NULL, 38 digits and all.");
    }

    private void end() {
      chapter("What is where, and what next");
      Path lake = directory.resolve(LAKE);
      String snapshot = LakeTable.open(run.spark(), at(LAKE)).current().snapshot().path();
      place("Parquet", lake.resolve(snapshot));
      place("Statements for Athena", lake.resolve("_dynamodb/ddl/athena.sql"));
      place("Table schema", lake.resolve("_dynamodb/schema.json"));
      place("Run report", lake.resolve("_dynamodb/runs"));
      place("Inspection for browsers", directory.resolve(HTML));
      place("Files for ImportTable", directory.resolve(IMPORT).resolve("data"));
      place("Request for ImportTable", directory.resolve(IMPORT).resolve("import-table.json"));
      say("");
      say("The same with an export of yours:");
      say("");
      command("inspect s3://BUCKET/PREFIX/AWSDynamoDB/EXPORT-ID/ --schema-out schema.json");
      command(
          "flatten s3://BUCKET/PREFIX/AWSDynamoDB/EXPORT-ID/ \\\n      --to s3://LAKE/TABLE --table TABLE --key pk:S,sk:S");
      say("");
      say(
          "and then run the statements of s3://LAKE/TABLE/_dynamodb/ddl/athena.sql in Athena. "
              + terminal.program()
              + " --help tells the rest.");
    }

    private void place(String what, Path path) {
      say("  %-24s %s".formatted(what, path));
    }

    private void chapter(String title) {
      chapter++;
      String head = "── " + chapter + "  " + title + " ";
      if (chapter > 1) {
        say("");
      }
      say(terminal.bold(head + "─".repeat(Math.max(0, terminal.width() - TextTable.width(head)))));
      say("");
    }

    private void command(String line) {
      say(terminal.green("  $ " + terminal.program() + " " + line));
      if (chapter < CHAPTERS) {
        say("");
      }
    }

    private String at(String name) {
      return directory.resolve(name).toString();
    }

    private CommandRun as(Map<String, String> settings) {
      return run.with(Settings.ofCommandLine(settings));
    }

    private void say(String line) {
      terminal.out().println(line);
      terminal.out().flush();
    }
  }
}
