package io.dynamodblake.conf;

import java.time.Instant;
import java.util.List;

/** Of the data source {@code dynamodb-export}; in camel case, as those of Spark are. */
public final class ExportSourceKeys {
  private ExportSourceKeys() {}

  public static final Option<String> PATH =
      Option.text("path", "PATH")
          .means(
              "what load() was given: an export folder, its manifest-summary.json, a prefix with several exports, or a folder of data files")
          .changeWhen("always given, as the argument of load() or in SQL's OPTIONS");

  public static final Option<String> SCHEMA =
      Option.text("schema", "PATH")
          .means(
              "path of a schema.json; without it, and without .schema(...), types are observed over all items when the data source is loaded")
          .changeWhen(
              "the schema is known: reading then starts at once, and every reader sees the same types");

  public static final Option<String> RECORDS =
      Option.choice("records", "items", "changes")
          .orElse("items")
          .means(
              "what is read: the items of a full export, or the changes of an incremental one, a row for each with ddb_op, ddb_time, the key, and the item after and before as new and old")
          .changeWhen("you want to see what changed in a window, and not the table");

  public static final Option<String> EXPORT_ID =
      Option.text("exportId", "ID")
          .means("which export to take from a prefix with several")
          .changeWhen("the newest full one is not the one wanted");

  public static final Option<String> TABLE_ARN =
      Option.text("tableArn", "ARN")
          .means("take only exports of this DynamoDB table from a prefix with several")
          .changeWhen("exports of several tables share a prefix");

  public static final Option<Instant> EXPORT_TIME =
      Option.instant("exportTime")
          .means("take the newest export at or before this time from a prefix with several")
          .changeWhen("an earlier state of the table is wanted");

  public static final Option<String> MODE =
      Option.choice("mode", "FAILFAST", "PERMISSIVE", "DROPMALFORMED")
          .orElse("FAILFAST")
          .means(
              "what a line that is not an item does: FAILFAST fails the query, PERMISSIVE gives a row of nulls (and the line in"
                  + " columnNameOfCorruptRecord if the schema has it), DROPMALFORMED leaves it out. Spark's own default is"
                  + " PERMISSIVE; here nothing is lost unless asked for")
          .changeWhen("an export has lines that cannot be had any better");

  public static final Option<String> CORRUPT_COLUMN =
      Option.text("columnNameOfCorruptRecord", "NAME")
          .orElse("_corrupt_record")
          .means(
              "with mode PERMISSIVE: the string column that gets the text of a line that is not an item")
          .changeWhen("an attribute has that name");

  public static final Option<String> VERIFY =
      Option.choice("verify", "md5", "counts", "none")
          .orElse("md5")
          .means(
              "what is checked against the manifests while reading: md5 is checksums and item counts, counts only item counts, none nothing")
          .changeWhen(
              "files were recompressed after the export (counts), or a damaged export must be saved (none)");

  public static final Option<Long> MAX_LINE_BYTES =
      Option.size("maxLineBytes", 1024, ReadKeys.LARGEST_LINE)
          .orElse("16MB")
          .means("longest line that is read; a longer one counts as malformed")
          .changeWhen("never for exports by DynamoDB");

  public static final Option<Long> MAX_FILE_BYTES =
      Option.size("maxFileBytes", 1024)
          .orElse("256GB")
          .means(
              "most bytes that one data file may have after decompression; more is a damaged or hostile export")
          .changeWhen("exports come from people you do not trust");

  public static final Option<Long> MAX_PARTITION_BYTES =
      Option.size("maxPartitionBytes", 1)
          .orElse("32MB")
          .means(
              "compressed bytes that one Spark task should read: data files are packed up to it, and a larger one stands alone because gzip cannot be split")
          .changeWhen("there are many more, or many fewer, data files than cores");

  public static final Option<Boolean> ALLOW_OUTSIDE =
      Option.flag("allowOutside")
          .means(
              "read data files that the manifest places outside the export's own bucket and prefix")
          .changeWhen("you know why the manifest points elsewhere and trust who wrote it");

  /** Of the data source {@code dynamodb-export}. */
  public static final List<Option<?>> ALL =
      List.of(
          PATH,
          SCHEMA,
          RECORDS,
          EXPORT_ID,
          TABLE_ARN,
          EXPORT_TIME,
          MODE,
          CORRUPT_COLUMN,
          VERIFY,
          MAX_LINE_BYTES,
          MAX_FILE_BYTES,
          MAX_PARTITION_BYTES,
          ALLOW_OUTSIDE);
}
