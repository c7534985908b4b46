package io.dynamodblake.conf;

import java.util.List;

/** Of the data source {@code dynamodb-import}; in camel case, as those of Spark are. */
public final class ImportSourceKeys {
  private ImportSourceKeys() {}

  public static final Option<String> PATH =
      Option.text("path", "DIR")
          .means(
              "what save() was given: the folder for data/ with the import files, and beside it import-report.json and, with"
                  + " table, import-table.json")
          .changeWhen("always given, as the argument of save() or as LOCATION or option in SQL");

  public static final Option<List<String>> KEY =
      Option.list("key", "pk:S[,sk:N]")
          .means(
              "key attributes of the new table; without it those that the columns or the schema file know. Without either, keys"
                  + " are not checked and may stand twice")
          .changeWhen("always good to give");

  public static final Option<String> TABLE =
      Option.text("table", "NAME")
          .means(
              "name of the DynamoDB table to be made; with it the complete request is written to import-table.json")
          .changeWhen("the files are to be imported by `aws dynamodb import-table`");

  public static final Option<String> FORMAT =
      Option.choice("format", "dynamodb-json", "ion")
          .orElse("dynamodb-json")
          .means(
              "format of the import files; the items are the same in both. CSV is written by `restore`"
                  + " alone")
          .changeWhen("another reader of the files wants Ion");

  public static final Option<String> COMPRESSION =
      Option.choice("compression", "gzip", "zstd", "none")
          .orElse("gzip")
          .means("compression of the import files")
          .changeWhen(
              "the files are large: zstd is smaller and faster, and DynamoDB reads it as well");

  public static final Option<String> SCHEMA =
      Option.text("schema", "PATH")
          .means(
              "path of a schema.json that says of columns which attribute they are and what types cannot say, such as sets;"
                  + " columns it does not name go by their own type")
          .changeWhen("arrays are to be sets, texts numbers, timestamps epoch seconds");

  public static final Option<Long> TARGET_FILE_SIZE =
      Option.size("targetFileSize", 1024)
          .orElse("64MB")
          .means(
              "size that import files should have, about; a file never gets more than 4 million items")
          .changeWhen("there are many tiny files, or more than 50,000, which an import refuses");

  public static final Option<String> IMPORT_BUCKET =
      Option.text("importBucket", "NAME")
          .means("bucket in the import request; without it that of an S3 path, else a placeholder")
          .changeWhen("the files are written elsewhere and copied to that bucket");

  public static final Option<String> IMPORT_PREFIX =
      Option.text("importPrefix", "PREFIX")
          .means(
              "prefix of the data files in the import request, with a slash at its end; without it that of an S3 path, else the"
                  + " table's name and data/")
          .changeWhen("the files are written elsewhere and copied to that prefix");

  public static final Option<String> INDEXES =
      Option.text("indexes", "PATH")
          .means(
              "JSON with AttributeDefinitions and GlobalSecondaryIndexes, as in CreateTable, to be made by the import")
          .changeWhen("the new table needs its indexes at once; adding them later is possible too");

  public static final Option<Boolean> ALLOW_LOSS =
      Option.flag("allowLoss")
          .means(
              "write columns that by their metadata were hashed, masked or made double, and leave out what was dropped")
          .changeWhen("the items need not be the same as in the source table");

  /** Of the data source {@code dynamodb-import}. */
  public static final List<Option<?>> ALL =
      List.of(
          PATH,
          KEY,
          TABLE,
          FORMAT,
          COMPRESSION,
          SCHEMA,
          TARGET_FILE_SIZE,
          IMPORT_BUCKET,
          IMPORT_PREFIX,
          INDEXES,
          ALLOW_LOSS);
}
