package io.dynamodblake.ddl;

import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Python that makes a lake table, or an untouched export, a lazy frame of Polars. */
final class PolarsScan {
  private static final TypeWords WORDS =
      new TypeWords() {
        @Override
        public String scalar(LakeType type) {
          return switch (type.kind()) {
            case STRING -> "pl.String";
            case BIGINT -> "pl.Int64";
            case INT -> "pl.Int32";
            case DOUBLE -> "pl.Float64";
            case BOOLEAN -> "pl.Boolean";
            case BINARY -> "pl.Binary";
            case DATE -> "pl.Date";
            case TIMESTAMP -> "pl.Datetime(\"ms\", \"UTC\")";
            case DECIMAL -> "pl.Decimal(" + type.precision() + ", " + type.scale() + ")";
          };
        }

        @Override
        public String list(String element) {
          return "pl.List(" + element + ")";
        }

        @Override
        public String map(String value) {
          return list(struct(List.of(new Named("key", "pl.String"), new Named("value", value))));
        }

        @Override
        public String struct(List<Named> fields) {
          return "pl.Struct({" + entries(fields) + "})";
        }
      };

  private PolarsScan() {}

  static String script(TableDefinition table) {
    String partitions = "hive_partitioning=False";
    if (!table.partitionColumns().isEmpty()) {
      List<TypeWords.Named> columns = new ArrayList<>();
      SnapshotFolder.idIn(table.location())
          .ifPresent(id -> columns.add(new TypeWords.Named("snapshot", "pl.String")));
      columns.addAll(WORDS.inPaths(table));
      partitions = "hive_partitioning=True,\n    hive_schema={" + entries(columns) + "}";
    }
    return script(
        List.of(
            "Polars frame " + table.table() + ", made by dynamodb-lake.", StandardSql.moves("It")),
        "pl.scan_parquet(\n    "
            + text(StandardSql.files(table.location(), "**/*.parquet"))
            + ",\n    "
            + partitions
            + ",\n)",
        WORDS.columns(table).stream().map(column -> text(column.name())).toList());
  }

  /** The frame on the data files of an export in DynamoDB JSON, where they lie. */
  static String raw(String table, Profile profile, TableSchema schema, String location) {
    RawItem item = new RawItem(WORDS, false, false, profile, schema);
    List<String> comments = new ArrayList<>();
    comments.add(
        "Polars frame " + table + " on an untouched DynamoDB export, made by dynamodb-lake.");
    comments.addAll(item.comments());
    return script(
        comments,
        "pl.scan_ndjson(\n    "
            + text(StandardSql.files(TableDefinition.folder(location), "*.gz"))
            + ",\n    schema={\"Item\": "
            + item.type()
            + "},\n)",
        Stream.concat(
                item.sources().stream()
                    .map(source -> value(source) + ".alias(" + text(source.name()) + ")"),
                Stream.of("pl.col(\"Item\").alias(" + text(RawItem.WHOLE) + ")"))
            .toList());
  }

  private static String value(RawItem.Source source) {
    if (source.descriptor() == Descriptor.NULL) {
      return "pl.lit(None, dtype=pl.String)";
    }
    String value =
        "pl.col(\"Item\").struct.field("
            + text(source.attribute())
            + ").struct.field("
            + text(source.descriptor().name())
            + ")";
    if (source.descriptor() == Descriptor.B && source.type().isPresent()) {
      return value + ".str.decode(\"base64\")";
    }
    return source
        .type()
        .filter(type -> source.descriptor() == Descriptor.N && type.kind() != LakeType.Kind.STRING)
        .map(type -> value + ".cast(" + WORDS.scalar(type) + ")")
        .orElse(value);
  }

  private static String script(List<String> comments, String scan, List<String> columns) {
    return comments.stream().map(line -> "# " + line + "\n").collect(Collectors.joining())
        + "import polars as pl\n\nframe = "
        + scan
        + columns.stream().collect(Collectors.joining(",\n    ", ".select(\n    ", ",\n)\n"));
  }

  private static String entries(List<TypeWords.Named> fields) {
    return fields.stream()
        .map(field -> text(field.name()) + ": " + field.type())
        .collect(Collectors.joining(", "));
  }

  /** A literal of Python: control characters do not come here. */
  private static String text(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
