package io.dynamodblake.conf;

import java.time.Duration;
import java.util.List;

/**
 * Of {@code flatten}: where a lake table goes, how it is made, what becomes of what does not fit.
 */
public final class FlattenKeys {
  private FlattenKeys() {}

  public static final Option<String> TO =
      Option.text("to", "DIR")
          .means(
              "folder of the lake table; made if it does not exist, refused if it holds anything this program did not write")
          .changeWhen("always given");

  public static final Option<String> TABLE =
      Option.text("table", "NAME")
          .means("name of the table in Athena and Glue: lower-case letters, digits and underscores")
          .changeWhen("always given to flatten; to ddl for another name than the lake table's own");

  public static final Option<String> DATABASE =
      Option.text("database", "NAME")
          .orElse("default")
          .means("database that the statements name, in Athena and Glue")
          .changeWhen("the account has a database for such tables");

  public static final Option<List<String>> KEY =
      Option.list("key", "pk:S[,sk:N]")
          .means(
              "key attributes of the DynamoDB table with their descriptors: partition key, then sort key. Kept in schema.json")
          .changeWhen(
              "always good to give, because an export does not say: keys can then be checked and never end up nullable");

  public static final Option<String> SCHEMA =
      Option.text("schema", "FILE")
          .means(
              "a schema.json to use as it is, so that the export is read once; edit the one that `inspect --schema-out` or an"
                  + " earlier run wrote to rename, retype, drop, hash or mask columns")
          .changeWhen(
              "types, names or protection of columns should not follow the data, or the run should be faster");

  public static final Option<Boolean> SUGGEST =
      Option.flag("suggest")
          .means(
              "takes what `inspect` suggests into the schema: timestamps and dates of texts and numbers that all are times and come"
                  + " back exactly, maps where keys are data, keys by their names. For inspect, into the file of --schema-out; for a lake"
                  + " table, for columns that are new, and what has a type keeps it. Without it, suggestions are only shown")
          .changeWhen("the suggestions that inspect shows are right");

  public static final Option<Long> UNNEST =
      Option.count("unnest", 1, 32)
          .means(
              "makes columns of the fields of structs, so many levels deep: `address.city` becomes column `address_city`. Kept in"
                  + " schema.json, so that later runs do the same with fields and attributes that are new; columns that a table has"
                  + " stay as they are")
          .changeWhen(
              "readers know no structs, or want to partition or sort by a field or protect it; given once, when the table is made");

  public static final Option<String> SEPARATOR =
      Option.text("separator", "TEXT")
          .orElse("_")
          .means(
              "with --unnest: what stands between the names in the name of a column; one to eight of a-z, 0-9 and _")
          .changeWhen("names with a single _ would be hard to tell apart");

  public static final Option<String> ENTITIES =
      Option.text("entities", "FILE|auto")
          .means(
              "takes the items of a single-table design apart: a table for each kind of items and one for the rest, each with its"
                  + " own columns, all published at once. The file says which item is of which kind: `inspect --entities-out`"
                  + " proposes one, and a NoSQL Workbench model is taken, too; `auto` finds the kinds in the export. Later runs go on with"
                  + " the rules that the lake has")
          .changeWhen("the table holds several kinds of items under one key scheme");

  public static final Option<List<String>> PARTITION_BY =
      Option.list("partition-by", "COLS")
          .means(
              "partition columns: a column or attribute, year(c), month(c), day(c), hour(c) of a timestamp or date, or"
                  + " bucket(n,c); several with commas")
          .changeWhen(
              "queries filter by it and each partition gets at least some 100 MB; one or two columns are enough");

  public static final Option<List<String>> SORT_BY =
      Option.list("sort-by", "COLS")
          .means(
              "columns by which rows are sorted inside each file, so that readers can skip row groups")
          .changeWhen("queries look for single values or short ranges of a column");

  public static final Option<String> FORMAT =
      Option.choice("format", "parquet", "csv", "iceberg")
          .orElse("parquet")
          .means(
              "parquet (zstd), csv by RFC 4180 with a header and nested values as JSON text, or iceberg: a table of Apache Iceberg,"
                  + " in a catalog or in the folder")
          .changeWhen(
              "the reader cannot read Parquet; or engines are to change the table, or to read it while it changes, by its catalog");

  public static final Option<String> CSV_DELIMITER =
      Option.text("csv-delimiter", "CHAR")
          .orElse(",")
          .means(
              "with --format csv: what stands between the fields: one of , ; | : or tab or space")
          .changeWhen(
              "the files are opened where a comma stands in numbers, or read by a program that wants another one");

  public static final Option<String> COMPRESSION =
      Option.choice("compression", "gzip", "none")
          .orElse("gzip")
          .means("with --format csv: compression of the files")
          .changeWhen("the files are opened by people, in programs that do not unpack them");

  public static final Option<Long> COALESCE =
      Option.count("coalesce", 1, 10_000)
          .means(
              "with --format csv: so many files at most, and in each partition folder, whatever --target-file-size says; so many"
                  + " tasks write them, as after coalesce(N) in Spark. Rows stay in their order, and with --sort-by all rows of a"
                  + " file are sorted. 1 is one file")
          .changeWhen("somebody wants one file, and the rows are few enough for one core");

  public static final Option<Boolean> CSV_BOM =
      Option.flag("csv-bom")
          .means("with --format csv: begin each file with the byte-order mark of UTF-8")
          .changeWhen(
              "the files are opened in Excel, which takes them for another encoding without it");

  public static final Option<Boolean> CSV_ESCAPE_FORMULAS =
      Option.flag("csv-escape-formulas")
          .means(
              "with --format csv: put an apostrophe before each text that begins with = + - @, a tab or a line break, so that"
                  + " programs for tables do not run it as a formula. Other readers see the apostrophes; columns of numbers have none")
          .changeWhen("people open the files, and others than they have written the texts");

  public static final Option<String> CATALOG =
      Option.text("catalog", "NAME")
          .means(
              "with --format iceberg: the catalog of Spark, as in spark.sql.catalog.NAME, that the table is to be in, as DATABASE.TABLE;"
                  + " without it the folder of the lake table is the table, for laptops")
          .changeWhen(
              "Glue, S3 Tables or another catalog should know the table, as Athena needs it");

  public static final Option<Duration> TAG =
      Option.duration("tag")
          .means(
              "with --format iceberg: how long the snapshot stays reachable by a tag named export_ and its export's id, whatever is expired"
                  + " meanwhile")
          .changeWhen("models or reports have to be made again from the state of an export");

  public static final Option<Long> TARGET_FILE_SIZE =
      Option.size("target-file-size", 1024)
          .orElse("256MB")
          .means("size that output files should have; small inputs are merged and large ones split")
          .changeWhen("a partition holds less, or tasks run out of memory while sorting");

  public static final Option<Boolean> REPLACE =
      Option.flag("replace")
          .means("publish again an export that is already published, as a new snapshot")
          .changeWhen("the same export should get another schema, partitioning or sort order");

  public static final Option<Boolean> ASSUME_TABLE =
      Option.flag("assume-table")
          .means(
              "take an input that does not say of which table it is, such as data files without their manifests, for one of the"
                  + " table that the lake table shows")
          .changeWhen("you know that it is of that table");

  public static final Option<Boolean> ALLOW_EMPTY =
      Option.flag("allow-empty")
          .means("let a lake table that has rows become empty")
          .changeWhen("the DynamoDB table really has no items any more");

  public static final Option<Boolean> ALLOW_REPEATED_KEYS =
      Option.flag("allow-repeated-keys")
          .means(
              "publish several items with the same key, a row for each; without it data files that have no manifest are checked,"
                  + " if the keys are known")
          .changeWhen("a folder holds several states of a table and you want them all");

  public static final Option<String> ON_BAD_RECORD =
      Option.choice("on-bad-record", "fail", "quarantine")
          .orElse("fail")
          .means(
              "what to do with a line that is not a DynamoDB item: fail the run, or set the line aside under"
                  + " _dynamodb/quarantine/ with file, line, byte offset and reason")
          .changeWhen("the export has lines that cannot be had any better");

  public static final Option<Long> MAX_BAD_RECORDS =
      Option.count("max-bad-records", 0)
          .orElse("1000")
          .means(
              "with `--on-bad-record quarantine`: more bad lines than this fail the run after all")
          .changeWhen("the number of bad lines is known beforehand");

  public static final Option<String> HASH_KEY =
      Option.text("hash-key", "FILE|ARN")
          .means(
              "file, or ARN of a secret in Secrets Manager, with the key of columns that schema.json protects by hash-hmac: at"
                  + " least 32 random bytes, a line end behind them aside. It is shown nowhere; schema.json keeps a fingerprint, so that another key is noticed")
          .changeWhen("short values, which a plain hash lets anybody guess, should be hashed");

  public static final Option<Boolean> STRICT =
      Option.flag("strict")
          .means(
              "refuse the export if any value does not fit its column, instead of keeping it in ddb_rescued")
          .changeWhen("a changed type must be seen before anybody queries the table");

  public static final Option<Boolean> HISTORY =
      Option.flag("history")
          .means(
              "keep a history beside the table, as TABLE_history: a row for each item of a full export and for each change, with what"
                  + " happened when. Once begun, every run goes on with it")
          .changeWhen("it matters what an item was at some time, not only what it is");

  public static final Option<Long> KEEP =
      Option.count("keep", 1)
          .means(
              "after publishing keep so many snapshots, the new one among them, and delete those of the others that were replaced more"
                  + " than a day ago, as maintain does; without it none is deleted")
          .changeWhen(
              "runs come on a schedule: every snapshot is a whole copy of the rows. With Athena give --register, too");

  public static final Option<String> REGISTER =
      Option.choice("register", "glue")
          .means(
              "after publishing also create or update the table in the Glue Data Catalog, as register does; --to must be on S3")
          .changeWhen("Athena should see the new snapshot without anybody running athena.sql");
}
