package io.dynamodblake.conf;

import java.util.List;

/** Of {@code restore}: what is taken, and the files for an import that it becomes. */
public final class RestoreKeys {
  private RestoreKeys() {}

  public static final Option<String> DIR =
      Option.text("path", "DIR")
          .at(0)
          .means(
              "folder of the lake table, as flatten wrote it; with --schema any folder or file of Parquet or ORC")
          .changeWhen("always given; in a file under the key `path`");

  public static final Option<String> FROM_CSV =
      Option.text("from-csv", "PATH")
          .means(
              "restore a CSV file with a header, or a folder of such files, instead of a lake table; without --schema the types"
                  + " are found out by reading all lines")
          .changeWhen(
              "the data is CSV; import of CSV by DynamoDB itself makes everything but keys a string");

  public static final Option<String> FROM_TABLE =
      Option.text("from-table", "NAME")
          .means(
              "restore a table or view of the session's catalogs, as [catalog.]database.table, instead of a lake table; needs"
                  + " --schema")
          .changeWhen("the data is known to Hive, Glue or another catalog of Spark");

  public static final Option<String> SCHEMA =
      Option.text("schema", "FILE")
          .means(
              "a schema.json that says which column is which attribute and of which type, for data that is no lake table")
          .changeWhen("the types or names that --schema-out proposes are not the right ones");

  public static final Option<String> SCHEMA_OUT =
      Option.text("schema-out", "FILE")
          .means(
              "only write the proposed schema.json there, ready to be edited and given with --schema")
          .changeWhen(
              "data that is no lake table should get other types or names than those proposed");

  public static final Option<String> CSV_DELIMITER =
      Option.text("csv-delimiter", "CHAR")
          .orElse(",")
          .means("what stands between the fields of --from-csv: one of , ; | : or tab or space")
          .changeWhen(
              "the file was written with another one, as spreadsheets do in many countries");

  public static final Option<String> CSV_EMPTY =
      Option.choice("csv-empty", "text", "absent")
          .orElse("text")
          .means(
              "what an empty field in quotes is in --from-csv: `text` is the empty text, `absent` no attribute, like a field in"
                  + " which nothing stands")
          .changeWhen(
              "the program that wrote the file quotes every field, so that nothing and empty text look the same");

  public static final Option<String> TO =
      Option.text("to", "DIR")
          .means(
              "folder for data/ with the import files, and beside it import-table.json and restore-report.json; refused if it"
                  + " holds anything but a restore that did not come to its end")
          .changeWhen("always given");

  public static final Option<String> TABLE =
      Option.text("table", "NAME")
          .means(
              "name of the DynamoDB table that the import makes, which must not exist; without it that of the table that the"
                  + " lake table came from")
          .changeWhen("the table is still there, or the lake table does not know its name");

  public static final Option<String> SNAPSHOT =
      Option.text("snapshot", "ID")
          .means("a published snapshot of the lake table, such as 01731900000000-0a1b2c3d")
          .changeWhen("an earlier state than the current one is wanted");

  public static final Option<String> WHERE =
      Option.text("where", "EXPR")
          .means(
              "restore only the rows for which this condition of Spark SQL holds, over the columns of the lake table and its"
                  + " partition columns")
          .changeWhen(
              "only some of the items are wanted, such as one customer's or those of a day");

  public static final Option<List<String>> KEY =
      Option.list("key", "pk:S[,sk:N]")
          .means("key attributes of the new table, where the lake table does not know them")
          .changeWhen("flatten was run without --key");

  public static final Option<String> FORMAT =
      Option.choice("format", "dynamodb-json", "ion", "csv")
          .orElse("dynamodb-json")
          .means(
              "format of the import files; the items are the same in all. `csv` is refused unless all"
                  + " columns are strings, or N in a key")
          .changeWhen("another reader of the files wants Ion or CSV");

  public static final Option<String> COMPRESSION =
      Option.choice("compression", "gzip", "zstd", "none")
          .orElse("gzip")
          .means("compression of the import files")
          .changeWhen(
              "the files are large: zstd is smaller and faster, and DynamoDB reads it as well");

  public static final Option<Long> TARGET_FILE_SIZE =
      Option.size("target-file-size", 1024)
          .orElse("64MB")
          .means(
              "size of one import file as it is stored, about; a file gets about 4 million items at most and an import 16,384"
                  + " files")
          .changeWhen("there are much fewer files than cores, or many tiny ones");

  public static final Option<String> IMPORT_BUCKET =
      Option.text("import-bucket", "NAME")
          .means("bucket in the import request; without it that of an S3 --to, else a placeholder")
          .changeWhen("the files are written elsewhere and copied to that bucket");

  public static final Option<String> IMPORT_PREFIX =
      Option.text("import-prefix", "PREFIX")
          .means(
              "prefix of the data files in the import request, with a slash at its end; without it that of an S3 --to, else"
                  + " the table's name and data/")
          .changeWhen("the files are written elsewhere and copied to that prefix");

  public static final Option<String> INDEXES =
      Option.text("indexes", "FILE")
          .means(
              "JSON with AttributeDefinitions and GlobalSecondaryIndexes, as in CreateTable, to be made by the import")
          .changeWhen("the new table needs its indexes at once; adding them later is possible too");

  public static final Option<String> SETTINGS =
      Option.text("settings", "FILE|none")
          .means(
              "a table.json that export or scan kept: global indexes of the request, and keys where nothing else says them; without it the"
                  + " one beside the export that the lake table came from, if it is there. It is kept in the target for import. none takes none")
          .changeWhen("the export was moved, or the new table should have no indexes");

  public static final Option<Boolean> ALLOW_LOSS =
      Option.flag("allow-loss")
          .means(
              "restore although columns were dropped, hashed, masked or are double: the items lack the first, and hold of the"
                  + " others what the lake holds")
          .changeWhen("the items need not be the same as in the source table");

  public static final Option<String> ON_INVALID =
      Option.choice("on-invalid", "fail", "quarantine")
          .orElse("fail")
          .means(
              "what to do with rows that cannot be items and with items that share their key: fail and write nothing, or set"
                  + " all of them aside under quarantine/ beside data/ with file, row, reason and item, and restore the rest")
          .changeWhen("the rest is wanted now, and the report says that the invalid ones are few");

  public static final Option<Long> MAX_INVALID =
      Option.count("max-invalid", 0)
          .orElse("1000")
          .means(
              "with `--on-invalid quarantine`: more such rows than this fail the run after all, before anything is written")
          .changeWhen("the number of invalid rows is known beforehand");
}
