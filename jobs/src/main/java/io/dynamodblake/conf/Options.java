package io.dynamodblake.conf;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Every option there is: of the commands ({@code --key} on the command line, {@code key} in the
 * file of {@code --conf-file}) and of the data sources {@code dynamodb-export} and {@code
 * dynamodb-import} ({@code .option("key", ...)}, in camel case as Spark's own are). The option
 * table in {@code docs/options.md} and {@code --help} are made from this file.
 */
public final class Options {
  // a line is held in memory, in an array
  private static final long LARGEST_LINE = 1L << 30;
  private static final String USUAL_READ_UNITS =
      "25 percent of what the table has provisioned or as its on-demand maximum, and 1000 for an on-demand table without one";

  private Options() {}

  // ---- what is read: inspect, flatten, ddl --raw

  public static final Option<String> EXPORT =
      Option.text("export", "EXPORT")
          .means(
              "the export: its folder AWSDynamoDB/<export-id>/, its manifest-summary.json, a prefix that holds several"
                  + " exports, or a plain folder of data files. Any Hadoop path: s3://, s3a://, file: or local")
          .changeWhen("always given; in a file under the key `export`");

  public static final Option<String> EXPORT_ID =
      Option.text("export-id", "ID")
          .means(
              "which export to take where EXPORT is a prefix with several, such as 01731900000000-0a1b2c3d")
          .changeWhen("the newest full export under the prefix is not the one wanted");

  public static final Option<String> TABLE_ARN =
      Option.text("table-arn", "ARN")
          .means("take only exports of this DynamoDB table where EXPORT is a prefix with several")
          .changeWhen("exports of several tables share a prefix");

  public static final Option<Instant> EXPORT_TIME =
      Option.instant("export-time")
          .means(
              "take the newest export at or before this time where EXPORT is a prefix with several")
          .changeWhen("an earlier state of the table is wanted");

  public static final Option<String> VERIFY =
      Option.choice("verify", "md5", "counts", "none")
          .orElse("md5")
          .means(
              "what is checked against the manifests: md5 is every checksum and every item count, counts only item counts,"
                  + " none nothing. The run report says which")
          .changeWhen(
              "files were recompressed after the export (counts), or a damaged export must be saved (none)");

  public static final Option<Boolean> ALLOW_OUTSIDE =
      Option.flag("allow-outside")
          .means(
              "read data files that the manifest places outside the export's own bucket and prefix")
          .changeWhen("you know why the manifest points elsewhere and trust who wrote it");

  public static final Option<Long> MAX_LINE_BYTES =
      Option.size("max-line-bytes", 1024, LARGEST_LINE)
          .orElse("16MB")
          .means("longest line that is read; a longer one is a bad record")
          .changeWhen("never for exports by DynamoDB, whose items of 400 KB stay far below");

  // ---- where it goes: flatten

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

  public static final Option<String> SCHEMA_OUT =
      Option.text("schema-out", "FILE")
          .means(
              "also write the proposed schema.json there, ready to be edited and given to flatten with --schema")
          .changeWhen(
              "columns should be renamed, retyped, dropped, hashed or masked before the first flatten");

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
      Option.choice("format", "parquet", "csv")
          .orElse("parquet")
          .means("parquet (zstd), or csv by RFC 4180 with a header and nested values as JSON text")
          .changeWhen("the reader cannot read Parquet");

  public static final Option<Long> TARGET_FILE_SIZE =
      Option.size("target-file-size", 1024)
          .orElse("256MB")
          .means("size that output files should have; small inputs are merged and large ones split")
          .changeWhen("a partition holds less, or tasks run out of memory while sorting");

  public static final Option<Boolean> REPLACE =
      Option.flag("replace")
          .means(
              "publish again an export that is already published, as a new snapshot <export-id>.2 and so on")
          .changeWhen("the same export should get another schema, partitioning or sort order");

  // ---- what does not fit: flatten

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

  public static final Option<Boolean> STRICT =
      Option.flag("strict")
          .means(
              "refuse the export if any value does not fit its column, instead of keeping it in ddb_rescued")
          .changeWhen("a changed type must be seen before anybody queries the table");

  // ---- what is shown

  public static final Option<String> INSPECT_JSON =
      Option.text("json", "FILE")
          .means("write the result as one JSON document; - is stdout, in place of the table")
          .changeWhen("a program reads the result");

  public static final Option<String> HTML =
      Option.text("html", "FILE")
          .means("write the result as one HTML page that needs nothing else")
          .changeWhen("the result should be passed around or looked at in a browser");

  public static final Option<Boolean> ALL =
      Option.flag("all")
          .means("show every attribute at every depth; without it long tables are cut, and say so")
          .changeWhen("the table has many attributes");

  public static final Option<Boolean> JSON =
      Option.flag("json")
          .means("print the result as one JSON document, the run report, on stdout")
          .changeWhen("a program reads the result");

  public static final Option<Boolean> RAW =
      Option.flag("raw")
          .means(
              "print the statements for the untouched export at the path, read through the OpenX JSON SerDe")
          .changeWhen("the export should be queried where it lies, without a lake table");

  public static final Option<String> LAKE_DIR =
      Option.text("path", "DIR")
          .means("folder of the lake table, or with --raw the export")
          .changeWhen("always given; in a file under the key `path`");

  public static final Option<String> DEMO_DIR =
      Option.text("dir", "DIR")
          .orElse("dynamodb-lake-demo")
          .means(
              "folder for everything the demo writes; refused if it exists and an earlier demo did not write it")
          .changeWhen("the working directory should stay as it is");

  // ---- the way back: restore

  public static final Option<String> RESTORE_DIR =
      Option.text("path", "DIR")
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

  public static final Option<String> RESTORE_SCHEMA =
      Option.text("schema", "FILE")
          .means(
              "a schema.json that says which column is which attribute and of which type, for data that is no lake table")
          .changeWhen("the types or names that --schema-out proposes are not the right ones");

  public static final Option<String> RESTORE_SCHEMA_OUT =
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

  public static final Option<String> IMPORT_TO =
      Option.text("to", "DIR")
          .means(
              "folder for data/ with the import files, and beside it import-table.json and restore-report.json; refused if it"
                  + " holds anything but a restore that did not come to its end")
          .changeWhen("always given");

  public static final Option<String> IMPORT_TABLE =
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

  public static final Option<List<String>> RESTORE_KEY =
      Option.list("key", "pk:S[,sk:N]")
          .means("key attributes of the new table, where the lake table does not know them")
          .changeWhen("flatten was run without --key");

  public static final Option<String> IMPORT_FORMAT =
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

  public static final Option<Long> IMPORT_FILE_SIZE =
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

  // ---- are they equal: compare

  public static final Option<String> COMPARE_A =
      Option.text("a", "A")
          .means(
              "an export, a lake table, a folder of import files in DynamoDB JSON or Ion, gzip, zstd or not compressed, or a live"
                  + " table: dynamodb://NAME or its ARN")
          .changeWhen("always given; in a file under the key `a`");

  public static final Option<String> COMPARE_B =
      Option.text("b", "B")
          .means("what to compare it with, of any of these kinds")
          .changeWhen("always given; in a file under the key `b`");

  public static final Option<String> SNAPSHOT_A =
      Option.text("snapshot-a", "ID")
          .means("which snapshot of the lake table A; the current one without it")
          .changeWhen("an earlier state is to be compared; A and B may be the same lake table");

  public static final Option<String> SNAPSHOT_B =
      Option.text("snapshot-b", "ID").means("the same for B").changeWhen("as with `--snapshot-a`");

  public static final Option<List<String>> COMPARE_KEY =
      Option.list("key", "pk:S[,sk:N]")
          .means(
              "key attributes by which items are paired; without them those of a live table or that a lake table knows, on either"
                  + " side, else only whole items are compared")
          .changeWhen("it should say which keys differ and where, and neither side knows the keys");

  public static final Option<Long> SHOW =
      Option.count("show", 0)
          .orElse("10")
          .means("describe so many of the keys that differ, at most 1000")
          .changeWhen("ten are not enough to see the reason");

  public static final Option<Boolean> SHOW_VALUES =
      Option.flag("show-values")
          .means(
              "show the values that differ, and the keys; without it only counts, paths, types and digests of keys")
          .changeWhen("whoever reads the output may see the data");

  // ---- from and to live tables: export, exports, import, imports

  public static final Option<String> EXPORT_TABLE =
      Option.text("dynamodb-table", "TABLE")
          .means("the DynamoDB table: its name, or its ARN, which also says the region")
          .changeWhen(
              "always given, except with --resume; in a file under the key `dynamodb-table`");

  public static final Option<String> BUCKET =
      Option.text("bucket", "NAME")
          .means("bucket that the export goes to; it may be in another region or account")
          .changeWhen("always given, except with --resume");

  public static final Option<String> PREFIX =
      Option.text("prefix", "PREFIX")
          .means("prefix in the bucket; the export makes AWSDynamoDB/<export-id>/ under it")
          .changeWhen("the bucket holds anything else");

  public static final Option<String> BUCKET_OWNER =
      Option.text("bucket-owner", "ACCOUNT")
          .means("the twelve digits of the account that owns the bucket")
          .changeWhen("the bucket is another account's");

  public static final Option<String> KMS_KEY =
      Option.text("kms-key", "KEY")
          .means(
              "key ID, ARN or alias with which the objects are encrypted, instead of S3's own key")
          .changeWhen("the bucket's rules ask for it; the key is in the bucket's region");

  public static final Option<String> EXPORT_FORMAT =
      Option.choice("export-format", "dynamodb-json", "ion")
          .orElse("dynamodb-json")
          .means("format of the data files; flatten makes the same table of both")
          .changeWhen("another reader wants Ion");

  public static final Option<Instant> AT =
      Option.instant("at")
          .means(
              "the state of the table at this time, in whole seconds; without it the current one")
          .changeWhen("an earlier state is wanted, such as that of midnight");

  public static final Option<Instant> FROM =
      Option.instant("from")
          .means("what changed from this time on, in whole seconds: an incremental export")
          .changeWhen("only changes are wanted, from 15 minutes to 24 hours of them");

  public static final Option<Instant> EXPORT_UNTIL =
      Option.instant("to")
          .means(
              "with --from or --since-last: what changed before this time; without it the latest that is there, at most 24 hours")
          .changeWhen("windows should end at full hours or days");

  public static final Option<Boolean> SINCE_LAST =
      Option.flag("since-last")
          .means(
              "what changed since the last incremental export of this table to the same bucket and prefix ended, or if there is"
                  + " none, since its last full export. DynamoDB remembers exports for 90 days")
          .changeWhen("changes are exported again and again, by a scheduler");

  public static final Option<String> VIEW =
      Option.choice("view", "new-and-old", "new")
          .orElse("new-and-old")
          .means("of a changed item, the images before and after, or only the one after")
          .changeWhen("nobody looks at the images before; the files are smaller then");

  public static final Option<Boolean> ENABLE_PITR =
      Option.flag("enable-pitr")
          .means(
              "switch point-in-time recovery on if the table has it off, and wait until it can be exported. It stays on and costs"
                  + " by the size of the table")
          .changeWhen("the table has no point-in-time recovery, which every export needs");

  public static final Option<String> CLIENT_TOKEN =
      Option.text("client-token", "TEXT")
          .means(
              "makes a repeated call find what the first one started, for eight hours; without it every export is a new one, and"
                  + " an import has the token of import-table.json")
          .changeWhen("a scheduler may run the same step twice; use its execution's name");

  public static final Option<Duration> TIMEOUT =
      Option.duration("timeout")
          .orElse("12h")
          .means("how long to wait for the end; what was started goes on in DynamoDB all the same")
          .changeWhen("a scheduler has a limit of its own, or the table has many terabytes");

  public static final Option<Boolean> DETACH =
      Option.flag("detach")
          .means("only start it, print the ARN, and do not wait")
          .changeWhen("something else waits, such as a Step Functions state machine");

  public static final Option<String> EXPORT_RESUME =
      Option.text("resume", "ARN")
          .means("start nothing, wait for this export")
          .changeWhen("waiting was interrupted; the message says the ARN, and so does exports");

  public static final Option<String> THEN_FLATTEN =
      Option.text("then-flatten", "DIR")
          .means(
              "then flatten the export into the lake table in this folder; the options of flatten are those of this command too. Of"
                  + " a full export only")
          .changeWhen("the lake table is what is wanted");

  public static final Option<String> FLATTEN_AS =
      Option.text("table", "NAME")
          .means(
              "with --then-flatten: name of the table in Athena and Glue; without it that of the DynamoDB table, as Athena can"
                  + " spell it")
          .changeWhen("the tables should not have the same name");

  public static final Option<List<String>> FLATTEN_KEY =
      Option.list("key", "pk:S[,sk:N]")
          .means("with --then-flatten: the key attributes; without it they are asked of the table")
          .changeWhen("DescribeTable is not allowed, as with --resume from another account");

  public static final Option<String> EXPORTS_TABLE =
      Option.text("dynamodb-table", "TABLE")
          .means(
              "only those of this DynamoDB table: its name or ARN; without it those of all tables")
          .changeWhen("the account has many tables");

  public static final Option<String> EXPORT_ARN =
      Option.text("arn", "ARN")
          .means("describe this one, instead of listing")
          .changeWhen("one of them is of interest");

  public static final Option<String> IMPORT_DIR =
      Option.text("path", "DIR")
          .means(
              "what restore wrote: the folder with import-table.json and restore-report.json. The data files have to be in the bucket"
                  + " that import-table.json names")
          .changeWhen("always given; in a file under the key `path`");

  public static final Option<String> IMPORT_RESUME =
      Option.text("resume", "ARN")
          .means("start nothing, wait for this import and compare it with the report in DIR")
          .changeWhen("waiting was interrupted; the message says the ARN, and so does imports");

  public static final Option<Boolean> IMPORT_ERRORS =
      Option.flag("errors")
          .means(
              "if items are refused, also fetch from CloudWatch Logs what DynamoDB says of the first ones: file, line and reason."
                  + " Its words may quote names of attributes")
          .changeWhen("an import failed");

  // ---- into a table that exists: load

  public static final Option<String> LOAD_DIR =
      Option.text("path", "DIR")
          .means(
              "import files as restore or the data source dynamodb-import wrote them, a lake table, or a full export")
          .changeWhen("always given; in a file under the key `path`");

  public static final Option<String> LOAD_TABLE =
      Option.text("dynamodb-table", "TABLE")
          .means(
              "the DynamoDB table that gets the items: its name, or its ARN, which also says the region. An item with the same"
                  + " key is replaced, others stay")
          .changeWhen("always given; in a file under the key `dynamodb-table`");

  public static final Option<Long> MAX_WCU =
      Option.count("max-wcu", 1)
          .means(
              "most write units a second, of all tasks and indexes together. Without it half of what the table has provisioned;"
                  + " for an on-demand table 1000, or half of its on-demand maximum if that is less")
          .changeWhen("it should be faster, or others need the capacity");

  public static final Option<Long> MAX_WCU_PERCENT =
      Option.count("max-wcu-percent", 1)
          .means(
              "the same as a share of the write units that the table has provisioned, or of its on-demand maximum; at most 100. With"
                  + " --max-wcu the smaller one holds")
          .changeWhen("one job file is for many tables");

  public static final Option<Boolean> LOAD_DRY_RUN =
      Option.flag("dry-run")
          .means(
              "check all items and say how many there are, what they take and cost; nothing is written")
          .changeWhen("always good before the first load into a table that is in use");

  public static final Option<String> LOAD_STATE =
      Option.text("state", "DIR")
          .means(
              "folder, on S3 or another file system that all executors see, in which the load remembers which parts of the items are"
                  + " in the table: the same command after a kill or failure goes on with the others. What is remembered of a load"
                  + " is deleted when it comes to its end, and does not count if the items have changed")
          .changeWhen("a load takes more than some minutes");

  public static final Option<Boolean> DELETE_MISSING =
      Option.flag("delete-missing")
          .means(
              "after all items are put, delete those of the table that are not in DIR, so that the table equals DIR. Needs --max-deletes."
                  + " Refused if DIR is known to be a part of a table, or nobody can tell")
          .changeWhen("the table should be a copy, not a sum of what was ever loaded");

  public static final Option<String> MAX_DELETES =
      Option.text("max-deletes", "N|P%")
          .means(
              "with --delete-missing: how many items may be deleted at most, as a number or as a share of the items that the table has,"
                  + " such as 1000 or 2.5%. If it would be more, nothing is written at all, exit code 4")
          .changeWhen("always given with --delete-missing; --dry-run says how many there are");

  public static final Option<Boolean> ALLOW_EMPTY =
      Option.flag("allow-empty")
          .means("with --delete-missing: go on although DIR holds no items, and so delete all")
          .changeWhen("the table is to be emptied");

  public static final Option<Boolean> ASSUME_WHOLE =
      Option.flag("assume-whole")
          .means(
              "with --delete-missing: go on although nobody can tell whether DIR holds all items of its table, as of data files without a"
                  + " manifest, or an export that DynamoDB does not know any more. What is known to be a part is refused all the same")
          .changeWhen("you know that DIR is whole");

  public static final Option<Boolean> LOAD_ALLOW_LOSS =
      Option.flag("allow-loss")
          .means(
              "load although columns of the lake table were dropped, hashed, masked or are double: items in the table are replaced"
                  + " by ones that lack the first, and hold of the others what the columns hold")
          .changeWhen("the items need not be as they were in the source table");

  // ---- the catalog: register, flatten --register

  public static final Option<String> REGISTER_DIR =
      Option.text("path", "DIR")
          .means("folder of the lake table, on S3")
          .changeWhen("always given; in a file under the key `path`");

  public static final Option<String> REGISTER_TABLE =
      Option.text("table", "NAME")
          .means("name of the table in Glue, if not the one that flatten was given")
          .changeWhen("the catalog should call it otherwise");

  public static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run")
          .means("say what would change, and change nothing")
          .changeWhen("the change should be looked at first");

  public static final Option<String> REGISTER_IN =
      Option.choice("register", "glue")
          .means(
              "after publishing also create or update the table in the Glue Data Catalog, as register does; --to must be on S3")
          .changeWhen("Athena should see the new snapshot without anybody running athena.sql");

  // ---- without point-in-time recovery: scan

  public static final Option<String> SCAN_TABLE =
      Option.text("dynamodb-table", "TABLE")
          .means("the DynamoDB table: its name, or its ARN, which also says the region")
          .changeWhen("always given; in a file under the key `dynamodb-table`");

  public static final Option<String> SCAN_TO =
      Option.text("to", "DIR")
          .means(
              "prefix under which the scan makes AWSDynamoDB/<id>/, laid out like an export; a scan of the same table that did"
                  + " not come to its end there is continued")
          .changeWhen("always given");

  public static final Option<String> MAX_RCU =
      Option.text("max-rcu", "N")
          .means(
              "most read units a second of a table, of all tasks together; none is no limit. Without it "
                  + USUAL_READ_UNITS)
          .changeWhen("the table should be read faster, or others need the capacity");

  public static final Option<Long> MAX_RCU_PERCENT =
      Option.count("max-rcu-percent", 1)
          .means(
              "the same as a share of the read units that the table has provisioned, or of its on-demand maximum; with --max-rcu"
                  + " the smaller one holds")
          .changeWhen("one job file is for many tables");

  /** The same of a command that reads keys only, and only to find what to delete. */
  public static final Option<String> LOAD_MAX_RCU =
      MAX_RCU.means(
          "with --delete-missing: most read units a second while the keys of the table are read, of all tasks together; none is no"
              + " limit. Without --max-rcu "
              + USUAL_READ_UNITS);

  public static final Option<Boolean> CONSISTENT =
      Option.flag("consistent")
          .means(
              "strongly consistent reads, which see every write that ended before the page was read, and cost twice as much")
          .changeWhen("writes of the last second must not be missed");

  public static final Option<Long> SEGMENTS =
      Option.count("segments", 1, 1_000_000)
          .means(
              "into how many parts the table is divided, each a data file and what is read again after a failure; without it one"
                  + " for each 256 MB, and for each task of a table of more than 64 MB")
          .changeWhen("data files should be smaller or larger");

  public static final Option<List<String>> ATTRIBUTES =
      Option.list("attributes", "A,B")
          .means(
              "write only these top-level attributes, and the keys; the result is marked as partial. It costs as much as the"
                  + " whole items")
          .changeWhen("the rest of the items is not wanted");

  public static final Option<String> FILTER =
      Option.text("filter", "EXPR")
          .means(
              "write only items for which this filter expression of DynamoDB holds; the result is marked as partial. It costs as"
                  + " much as all items")
          .changeWhen("the other items are not wanted");

  public static final Option<String> FILTER_NAMES =
      Option.text("filter-names", "FILE")
          .means(
              "a JSON file with the names behind #placeholders in --filter, as --expression-attribute-names of the AWS command"
                  + " line")
          .changeWhen("a name is a reserved word or has odd characters");

  public static final Option<String> FILTER_VALUES =
      Option.text("filter-values", "FILE")
          .means(
              "a JSON file with the values behind :placeholders in --filter, as --expression-attribute-values of the AWS command"
                  + " line")
          .changeWhen("the filter compares with anything");

  public static final Option<Boolean> SCAN_DRY_RUN =
      Option.flag("dry-run")
          .means("only say what it would read, take and cost; nothing is read or written")
          .changeWhen("always good before the first scan of a large table");

  // ---- how AWS is called

  public static final Option<String> REGION =
      Option.text("region", "NAME")
          .means(
              "region in which AWS is called, for a live table its own; without it AWS_REGION, or that of the profile or the instance")
          .changeWhen("the table is in another one");

  public static final Option<String> PROFILE =
      Option.text("profile", "NAME")
          .means("profile of ~/.aws/config, as with the AWS command line")
          .changeWhen("the usual credentials are not those of the table's account");

  public static final Option<String> ROLE_ARN =
      Option.text("role-arn", "ARN")
          .means("role to assume for the calls of AWS")
          .changeWhen("the table is in another account, or the role has fewer rights than you");

  public static final Option<String> EXTERNAL_ID =
      Option.text("external-id", "ID")
          .means("external ID that the role asks for")
          .changeWhen("the role's owner gave you one");

  public static final Option<List<String>> ENDPOINT_URL =
      Option.list("endpoint-url", "URL")
          .means(
              "address of the services, or of some of them as dynamodb=http://localhost:8000, with commas. Without it"
                  + " AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_DYNAMODB, ..., as with the AWS command line")
          .changeWhen("something else than AWS answers: a local server, a private endpoint");

  public static final Option<Boolean> FIPS =
      Option.flag("fips")
          .means("call the endpoints with FIPS 140 cryptography")
          .changeWhen("your rules ask for it");

  public static final Option<Boolean> DUAL_STACK =
      Option.flag("dual-stack")
          .means("call the endpoints that also have IPv6 addresses")
          .changeWhen("the machine has only IPv6");

  // ---- who is told: every command that works on data

  public static final Option<String> METRICS =
      Option.choice("metrics", "none", "emf", "cloudwatch")
          .orElse("none")
          .means(
              "publish items, bytes, rejects, rescued values, seconds, age of the data and failures when the run ends: emf prints"
                  + " one line of CloudWatch's Embedded Metric Format on stderr, cloudwatch calls PutMetricData")
          .changeWhen(
              "runs are watched: emf where stderr goes to CloudWatch Logs, cloudwatch elsewhere");

  public static final Option<String> METRICS_NAMESPACE =
      Option.text("metrics-namespace", "NAME")
          .orElse("dynamodb-lake")
          .means("namespace of the metrics in CloudWatch")
          .changeWhen("several teams or stages share an account");

  public static final Option<String> NOTIFY_TOPIC =
      Option.text("notify-topic", "ARN")
          .means(
              "a standard topic of SNS that gets one message if the exit code is not 0: what failed, why, how to go on")
          .changeWhen("somebody should hear of failures at once");

  // ---- what it costs: estimate

  public static final Option<String> ESTIMATE_TABLE =
      Option.text("dynamodb-table", "TABLE")
          .means(
              "the DynamoDB table to ask for size, items, capacity and class: its name or ARN; without it nothing is called")
          .changeWhen("the table exists and may be asked");

  public static final Option<Long> TABLE_SIZE =
      Option.size("size", 0)
          .means(
              "size of the table, as the DynamoDB console shows it; without it what DynamoDB says of TABLE")
          .changeWhen("there is no TABLE, or it will grow");

  public static final Option<Long> TABLE_ITEMS =
      Option.count("items", 0)
          .means(
              "number of items, as the DynamoDB console shows it; without it what DynamoDB says of TABLE")
          .changeWhen("there is no TABLE, or it will grow");

  public static final Option<String> PRICES =
      Option.text("prices", "FILE")
          .means(
              "a local properties file with prices that differ from the built-in ones; start from conf/prices.properties")
          .changeWhen("another region, discounts, or data unlike the orders that were measured");

  public static final Option<Long> VCPUS =
      Option.count("vcpus", 1)
          .orElse("16")
          .means("how many vCPUs a Spark run works with")
          .changeWhen("it takes too long; it costs about the same");

  public static final Option<Long> ESTIMATE_RCU =
      Option.count("max-rcu", 1)
          .means(
              "read units a second that a scan may use. Without it 25 percent of what TABLE has provisioned or as its on-demand"
                  + " maximum, and 1000 without a TABLE or without a maximum")
          .changeWhen("a scan is considered");

  public static final Option<Long> ESTIMATE_WCU =
      Option.count("max-wcu", 1)
          .means(
              "write units a second that a load may use. Without it half of what TABLE has provisioned; for an on-demand table, or"
                  + " without a TABLE, 1000, or half of its on-demand maximum if that is less")
          .changeWhen("a load into an existing table is considered");

  // ---- every command

  public static final Option<String> CONF_FILE =
      Option.text("conf-file", "FILE")
          .means(
              "a properties file with options, without their dashes; the command line wins over it")
          .changeWhen("a job runs again and again; see conf/jobs/");

  public static final Option<String> REPORT =
      Option.text("report", "FILE")
          .means(
              "also write a report of the run there, whatever comes of it: counts, seconds, exit code and error, no values. Any"
                  + " Hadoop path; one that ends with a slash is a folder in which every run gets a file of its own")
          .changeWhen("a scheduler or another program reads what came of the run");

  public static final Option<String> PROGRESS =
      Option.choice("progress", "auto", "bar", "lines", "none")
          .orElse("auto")
          .means("how progress is shown on stderr; auto is a bar on a terminal and lines elsewhere")
          .changeWhen("a scheduler's log should stay short (none), or auto guesses wrongly");

  public static final Option<Boolean> STACKTRACE =
      Option.flag("stacktrace")
          .means("after an error also print the Java stack trace on stderr")
          .changeWhen("an error is to be reported");

  // ---- the data source dynamodb-export

  public static final Option<String> SOURCE_PATH =
      Option.text("path", "PATH")
          .means(
              "what load() was given: an export folder, its manifest-summary.json, a prefix with several exports, or a folder of data files")
          .changeWhen("always given, as the argument of load() or in SQL's OPTIONS");

  public static final Option<String> SOURCE_SCHEMA =
      Option.text("schema", "PATH")
          .means(
              "path of a schema.json; without it, and without .schema(...), types are observed over all items when the data source is loaded")
          .changeWhen(
              "the schema is known: reading then starts at once, and every reader sees the same types");

  public static final Option<String> SOURCE_EXPORT_ID =
      Option.text("exportId", "ID")
          .means("which export to take from a prefix with several")
          .changeWhen("the newest full one is not the one wanted");

  public static final Option<String> SOURCE_TABLE_ARN =
      Option.text("tableArn", "ARN")
          .means("take only exports of this DynamoDB table from a prefix with several")
          .changeWhen("exports of several tables share a prefix");

  public static final Option<Instant> SOURCE_EXPORT_TIME =
      Option.instant("exportTime")
          .means("take the newest export at or before this time from a prefix with several")
          .changeWhen("an earlier state of the table is wanted");

  public static final Option<String> SOURCE_MODE =
      Option.choice("mode", "FAILFAST", "PERMISSIVE", "DROPMALFORMED")
          .orElse("FAILFAST")
          .means(
              "what a line that is not an item does: FAILFAST fails the query, PERMISSIVE gives a row of nulls (and the line in"
                  + " columnNameOfCorruptRecord if the schema has it), DROPMALFORMED leaves it out. Spark's own default is"
                  + " PERMISSIVE; here nothing is lost unless asked for")
          .changeWhen("an export has lines that cannot be had any better");

  public static final Option<String> SOURCE_CORRUPT_COLUMN =
      Option.text("columnNameOfCorruptRecord", "NAME")
          .orElse("_corrupt_record")
          .means(
              "with mode PERMISSIVE: the string column that gets the text of a line that is not an item")
          .changeWhen("an attribute has that name");

  public static final Option<String> SOURCE_VERIFY =
      Option.choice("verify", "md5", "counts", "none")
          .orElse("md5")
          .means(
              "what is checked against the manifests while reading: md5 is checksums and item counts, counts only item counts, none nothing")
          .changeWhen(
              "files were recompressed after the export (counts), or a damaged export must be saved (none)");

  public static final Option<Long> SOURCE_MAX_LINE_BYTES =
      Option.size("maxLineBytes", 1024, LARGEST_LINE)
          .orElse("16MB")
          .means("longest line that is read; a longer one counts as malformed")
          .changeWhen("never for exports by DynamoDB");

  public static final Option<Long> SOURCE_MAX_FILE_BYTES =
      Option.size("maxFileBytes", 1024)
          .orElse("256GB")
          .means(
              "most bytes that one data file may have after decompression; more is a damaged or hostile export")
          .changeWhen("exports come from people you do not trust");

  public static final Option<Long> SOURCE_MAX_PARTITION_BYTES =
      Option.size("maxPartitionBytes", 1)
          .orElse("32MB")
          .means(
              "compressed bytes that one Spark task should read: data files are packed up to it, and a larger one stands alone because gzip cannot be split")
          .changeWhen("there are many more, or many fewer, data files than cores");

  public static final Option<Boolean> SOURCE_ALLOW_OUTSIDE =
      Option.flag("allowOutside")
          .means(
              "read data files that the manifest places outside the export's own bucket and prefix")
          .changeWhen("you know why the manifest points elsewhere and trust who wrote it");

  // ---- the data source dynamodb-import

  public static final Option<String> SINK_PATH =
      Option.text("path", "DIR")
          .means(
              "what save() was given: the folder for data/ with the import files, and beside it import-report.json and, with"
                  + " table, import-table.json")
          .changeWhen("always given, as the argument of save() or as LOCATION or option in SQL");

  public static final Option<List<String>> SINK_KEY =
      Option.list("key", "pk:S[,sk:N]")
          .means(
              "key attributes of the new table; without it those that the columns or the schema file know. Without either, keys"
                  + " are not checked and may stand twice")
          .changeWhen("always good to give");

  public static final Option<String> SINK_TABLE =
      Option.text("table", "NAME")
          .means(
              "name of the DynamoDB table to be made; with it the complete request is written to import-table.json")
          .changeWhen("the files are to be imported by `aws dynamodb import-table`");

  public static final Option<String> SINK_FORMAT =
      Option.choice("format", "dynamodb-json", "ion")
          .orElse("dynamodb-json")
          .means(
              "format of the import files; the items are the same in both. CSV is written by `restore`"
                  + " alone")
          .changeWhen("another reader of the files wants Ion");

  public static final Option<String> SINK_COMPRESSION =
      Option.choice("compression", "gzip", "zstd", "none")
          .orElse("gzip")
          .means("compression of the import files")
          .changeWhen(
              "the files are large: zstd is smaller and faster, and DynamoDB reads it as well");

  public static final Option<String> SINK_SCHEMA =
      Option.text("schema", "PATH")
          .means(
              "path of a schema.json that says of columns which attribute they are and what types cannot say, such as sets;"
                  + " columns it does not name go by their own type")
          .changeWhen("arrays are to be sets, texts numbers, timestamps epoch seconds");

  public static final Option<Long> SINK_FILE_SIZE =
      Option.size("targetFileSize", 1024)
          .orElse("64MB")
          .means(
              "size that import files should have, about; a file never gets more than 4 million items")
          .changeWhen("there are many tiny files, or more than 50,000, which an import refuses");

  public static final Option<String> SINK_BUCKET =
      Option.text("importBucket", "NAME")
          .means("bucket in the import request; without it that of an S3 path, else a placeholder")
          .changeWhen("the files are written elsewhere and copied to that bucket");

  public static final Option<String> SINK_PREFIX =
      Option.text("importPrefix", "PREFIX")
          .means(
              "prefix of the data files in the import request, with a slash at its end; without it that of an S3 path, else the"
                  + " table's name and data/")
          .changeWhen("the files are written elsewhere and copied to that prefix");

  public static final Option<String> SINK_INDEXES =
      Option.text("indexes", "PATH")
          .means(
              "JSON with AttributeDefinitions and GlobalSecondaryIndexes, as in CreateTable, to be made by the import")
          .changeWhen("the new table needs its indexes at once; adding them later is possible too");

  public static final Option<Boolean> SINK_ALLOW_LOSS =
      Option.flag("allowLoss")
          .means(
              "write columns that by their metadata were hashed, masked or made double, and leave out what was dropped")
          .changeWhen("the items need not be the same as in the source table");

  // ---- which command has which; the order is that of --help and of the table

  private static final List<Option<?>> READING =
      List.of(EXPORT_ID, TABLE_ARN, EXPORT_TIME, VERIFY, ALLOW_OUTSIDE, MAX_LINE_BYTES);

  /** How AWS is called; of every command that calls it. */
  public static final List<Option<?>> AWS =
      List.of(REGION, PROFILE, ROLE_ARN, EXTERNAL_ID, ENDPOINT_URL, FIPS, DUAL_STACK);

  /** Who is told of a run; needs {@link #AWS} too. */
  private static final List<Option<?>> WATCHED = List.of(METRICS, METRICS_NAMESPACE, NOTIFY_TOPIC);

  /** What every command has. {@code conf-file} cannot stand in a file itself. */
  public static final List<Option<?>> COMMON = List.of(CONF_FILE, REPORT, PROGRESS, STACKTRACE);

  public static final List<Option<?>> INSPECT =
      join(List.of(EXPORT, INSPECT_JSON, HTML, ALL, SCHEMA_OUT), READING, AWS, WATCHED);

  public static final List<Option<?>> FLATTEN =
      join(
          List.of(
              EXPORT,
              TO,
              TABLE,
              DATABASE,
              KEY,
              SCHEMA,
              PARTITION_BY,
              SORT_BY,
              FORMAT,
              TARGET_FILE_SIZE,
              ON_BAD_RECORD,
              MAX_BAD_RECORDS,
              STRICT,
              REPLACE,
              REGISTER_IN),
          READING,
          AWS,
          WATCHED,
          List.of(JSON));

  public static final List<Option<?>> DDL =
      List.of(
          LAKE_DIR,
          RAW,
          DATABASE,
          TABLE,
          EXPORT_ID,
          TABLE_ARN,
          EXPORT_TIME,
          VERIFY,
          ALLOW_OUTSIDE,
          MAX_LINE_BYTES);

  public static final List<Option<?>> RESTORE =
      join(
          List.of(
              RESTORE_DIR,
              FROM_CSV,
              CSV_DELIMITER,
              FROM_TABLE,
              RESTORE_SCHEMA,
              RESTORE_SCHEMA_OUT,
              IMPORT_TO,
              IMPORT_TABLE,
              SNAPSHOT,
              WHERE,
              RESTORE_KEY,
              IMPORT_FORMAT,
              COMPRESSION,
              IMPORT_FILE_SIZE,
              IMPORT_BUCKET,
              IMPORT_PREFIX,
              INDEXES,
              ALLOW_LOSS,
              ON_INVALID,
              MAX_INVALID),
          AWS,
          WATCHED,
          List.of(JSON));

  /** How a live table is read where it stands for an export. */
  public static final List<Option<?>> LIVE_READING =
      List.of(MAX_RCU, MAX_RCU_PERCENT, CONSISTENT, PRICES);

  public static final List<Option<?>> COMPARE =
      join(
          List.of(
              COMPARE_A,
              COMPARE_B,
              SNAPSHOT_A,
              SNAPSHOT_B,
              COMPARE_KEY,
              SHOW,
              SHOW_VALUES,
              VERIFY,
              ALLOW_OUTSIDE,
              MAX_LINE_BYTES),
          LIVE_READING,
          AWS,
          WATCHED,
          List.of(JSON));

  public static final List<Option<?>> EXPORT_COMMAND =
      join(
          List.of(
              EXPORT_TABLE,
              BUCKET,
              PREFIX,
              BUCKET_OWNER,
              KMS_KEY,
              EXPORT_FORMAT,
              AT,
              FROM,
              EXPORT_UNTIL,
              SINCE_LAST,
              VIEW,
              ENABLE_PITR,
              CLIENT_TOKEN,
              TIMEOUT,
              DETACH,
              EXPORT_RESUME,
              THEN_FLATTEN,
              FLATTEN_AS,
              FLATTEN_KEY),
          List.of(
              DATABASE,
              SCHEMA,
              PARTITION_BY,
              SORT_BY,
              FORMAT,
              TARGET_FILE_SIZE,
              ON_BAD_RECORD,
              MAX_BAD_RECORDS,
              STRICT,
              VERIFY,
              MAX_LINE_BYTES),
          AWS,
          WATCHED,
          List.of(JSON));

  public static final List<Option<?>> EXPORTS =
      join(List.of(EXPORTS_TABLE, EXPORT_ARN), AWS, List.of(JSON));

  public static final List<Option<?>> IMPORT_COMMAND =
      join(
          List.of(IMPORT_DIR, CLIENT_TOKEN, TIMEOUT, DETACH, IMPORT_RESUME, IMPORT_ERRORS),
          AWS,
          WATCHED,
          List.of(JSON));

  public static final List<Option<?>> IMPORTS =
      join(List.of(EXPORTS_TABLE, EXPORT_ARN, IMPORT_ERRORS), AWS, List.of(JSON));

  public static final List<Option<?>> LOAD =
      join(
          List.of(
              LOAD_DIR,
              LOAD_TABLE,
              SNAPSHOT,
              MAX_WCU,
              MAX_WCU_PERCENT,
              LOAD_DRY_RUN,
              PRICES,
              LOAD_STATE,
              DELETE_MISSING,
              MAX_DELETES,
              ALLOW_EMPTY,
              ASSUME_WHOLE,
              LOAD_MAX_RCU,
              MAX_RCU_PERCENT,
              LOAD_ALLOW_LOSS,
              VERIFY,
              ALLOW_OUTSIDE,
              MAX_LINE_BYTES),
          AWS,
          WATCHED,
          List.of(JSON));

  public static final List<Option<?>> SCAN =
      join(
          List.of(
              SCAN_TABLE,
              SCAN_TO,
              MAX_RCU,
              MAX_RCU_PERCENT,
              CONSISTENT,
              SEGMENTS,
              ATTRIBUTES,
              FILTER,
              FILTER_NAMES,
              FILTER_VALUES,
              SCAN_DRY_RUN,
              PRICES),
          AWS,
          WATCHED,
          List.of(JSON));

  public static final List<Option<?>> ESTIMATE =
      join(
          List.of(
              ESTIMATE_TABLE, TABLE_SIZE, TABLE_ITEMS, PRICES, VCPUS, ESTIMATE_RCU, ESTIMATE_WCU),
          AWS,
          List.of(JSON));

  public static final List<Option<?>> DEMO = List.of(DEMO_DIR);

  public static final List<Option<?>> REGISTER =
      join(List.of(REGISTER_DIR, DATABASE, REGISTER_TABLE, DRY_RUN), AWS, WATCHED, List.of(JSON));

  /** Of the data source {@code dynamodb-export}. */
  public static final List<Option<?>> SOURCE =
      List.of(
          SOURCE_PATH,
          SOURCE_SCHEMA,
          SOURCE_EXPORT_ID,
          SOURCE_TABLE_ARN,
          SOURCE_EXPORT_TIME,
          SOURCE_MODE,
          SOURCE_CORRUPT_COLUMN,
          SOURCE_VERIFY,
          SOURCE_MAX_LINE_BYTES,
          SOURCE_MAX_FILE_BYTES,
          SOURCE_MAX_PARTITION_BYTES,
          SOURCE_ALLOW_OUTSIDE);

  /** Of the data source {@code dynamodb-import}. */
  public static final List<Option<?>> SINK =
      List.of(
          SINK_PATH,
          SINK_KEY,
          SINK_TABLE,
          SINK_FORMAT,
          SINK_COMPRESSION,
          SINK_SCHEMA,
          SINK_FILE_SIZE,
          SINK_BUCKET,
          SINK_PREFIX,
          SINK_INDEXES,
          SINK_ALLOW_LOSS);

  static final List<Option<?>> COMMAND_LINE =
      join(
          INSPECT,
          FLATTEN,
          DDL,
          RESTORE,
          COMPARE,
          EXPORT_COMMAND,
          EXPORTS,
          IMPORT_COMMAND,
          IMPORTS,
          LOAD,
          REGISTER,
          SCAN,
          ESTIMATE,
          DEMO,
          COMMON);

  /** True if it stands on the command line without a key. */
  public static boolean isPositional(Option<?> option) {
    return option == EXPORT
        || option == LAKE_DIR
        || option == RESTORE_DIR
        || option == EXPORT_TABLE
        || option == EXPORTS_TABLE
        || option == IMPORT_DIR
        || option == LOAD_DIR
        || option == LOAD_TABLE
        || option == REGISTER_DIR
        || option == SCAN_TABLE
        || option == ESTIMATE_TABLE
        || option == COMPARE_A
        || option == COMPARE_B;
  }

  /** Which of the values without a key it is, from 0. */
  public static int position(Option<?> option) {
    return option == COMPARE_B || option == LOAD_TABLE ? 1 : 0;
  }

  @SafeVarargs
  private static List<Option<?>> join(List<Option<?>>... lists) {
    Set<Option<?>> all = new LinkedHashSet<>();
    for (List<Option<?>> list : lists) {
      all.addAll(list);
    }
    return List.copyOf(all);
  }
}
