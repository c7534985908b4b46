package io.dynamodblake.ddl;

import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statements that make a lake table, or an untouched export, a view of DuckDB. */
final class DuckDbSql {
  private static final TypeWords WORDS =
      new StandardSql.Words("BLOB", "TIMESTAMP WITH TIME ZONE", "STRUCT") {
        @Override
        public String list(String element) {
          return element + "[]";
        }
      };

  private DuckDbSql() {}

  static String script(TableDefinition table) {
    List<String> columns = new ArrayList<>();
    WORDS.inFiles(table).forEach(column -> columns.add("  " + StandardSql.name(column.name())));
    WORDS.inPaths(table).forEach(column -> columns.add("  " + ofPath(column)));
    String partitions =
        table.partitionColumns().isEmpty()
            ? "hive_partitioning = false"
            : WORDS.inPaths(table).stream()
                .map(column -> StandardSql.text(column.name()) + ": VARCHAR")
                .collect(
                    Collectors.joining(", ", "hive_partitioning = true,\n  hive_types = {", "}"));
    return view(
        table.database(),
        table.table(),
        List.of(
            "DuckDB view "
                + TableDefinition.shownName(table.database(), table.table())
                + ", made by dynamodb-lake.",
            StandardSql.moves("It"),
            "Files on S3 need the extension httpfs and a secret: CREATE SECRET (TYPE s3, PROVIDER credential_chain)."),
        String.join(",\n", columns),
        "read_parquet(\n  "
            + StandardSql.text(StandardSql.files(table.location(), "**/*.parquet"))
            + ",\n  "
            + partitions
            + "\n)");
  }

  /** DuckDB takes what stands for null in a path for a text. */
  private static String ofPath(TypeWords.Named column) {
    String name = StandardSql.name(column.name());
    return "CAST(nullif("
        + name
        + ", "
        + StandardSql.text(PartitionLayout.Partition.NULL_VALUE)
        + ") AS "
        + column.type()
        + ") AS "
        + name;
  }

  /** The view on the data files of an export in DynamoDB JSON, where they lie. */
  static String raw(
      String database, String table, Profile profile, TableSchema schema, String location) {
    RawItem item = new RawItem(WORDS, true, true, profile, schema);
    String columns =
        Stream.concat(
                item.sources().stream()
                    .map(source -> "  " + value(source) + " AS " + StandardSql.name(source.name())),
                Stream.of("  \"Item\" AS " + StandardSql.name(RawItem.WHOLE)))
            .collect(Collectors.joining(",\n"));
    List<String> comments = new ArrayList<>();
    comments.add(
        "DuckDB view "
            + TableDefinition.shownName(database, table)
            + " on an untouched DynamoDB export, made by dynamodb-lake.");
    comments.addAll(item.comments());
    return view(
        database,
        table,
        comments,
        columns,
        "read_ndjson(\n  "
            + StandardSql.text(StandardSql.files(TableDefinition.folder(location), "*.gz"))
            + ",\n  columns = {'Item': "
            + StandardSql.text(item.type())
            + "}\n)");
  }

  private static String value(RawItem.Source source) {
    String value =
        "\"Item\"."
            + StandardSql.name(source.attribute())
            + "."
            + StandardSql.name(source.descriptor().name());
    if (source.descriptor() == Descriptor.NULL) {
      return "CAST(NULL AS VARCHAR)";
    }
    if (source.descriptor() == Descriptor.B && source.type().isPresent()) {
      return "from_base64(" + value + ")";
    }
    return source
        .type()
        .filter(type -> source.descriptor() == Descriptor.N && type.kind() != LakeType.Kind.STRING)
        .map(type -> "CAST(" + value + " AS " + WORDS.scalar(type) + ")")
        .orElse(value);
  }

  private static String view(
      String database, String table, List<String> comments, String columns, String source) {
    return StandardSql.script(
        comments,
        List.of(
            "CREATE SCHEMA IF NOT EXISTS " + StandardSql.name(database),
            "CREATE OR REPLACE VIEW "
                + StandardSql.name(database)
                + "."
                + StandardSql.name(table)
                + " AS\nSELECT\n"
                + columns
                + "\nFROM "
                + source));
  }
}
