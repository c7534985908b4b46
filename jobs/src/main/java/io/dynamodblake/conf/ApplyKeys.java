package io.dynamodblake.conf;

import java.time.Duration;
import java.util.List;

/** Of {@code apply}: which changes, to which lake table, and how far they are compared with it. */
public final class ApplyKeys {
  private ApplyKeys() {}

  public static final Option<List<String>> CHANGES =
      Option.list("changes", "CHANGES")
          .atAndAfter(0)
          .means(
              "incremental exports: the folder of each, or a prefix with such, of which those are taken that continue the lake"
                  + " table. Several one behind the other; in a file with commas. Or the folder of one archive of the table's stream")
          .changeWhen("always given; in a file under the key `changes`");

  public static final Option<String> TO =
      Option.text("to", "DIR")
          .means("folder of the lake table that gets the changes, as flatten wrote it")
          .changeWhen("always given");

  public static final Option<String> DATABASE =
      Option.text("database", "NAME")
          .means(
              "database that the statements name, in Athena and Glue; without it that of the snapshot before")
          .changeWhen("the lake table was made by a version that did not keep its name");

  public static final Option<String> VERIFY_OLD_IMAGES =
      Option.choice("verify-old-images", "sample", "all", "none")
          .orElse("sample")
          .means(
              "compare rows that are replaced or deleted with what the changes say they were: some rows of one file, all of them,"
                  + " or none. What differs is told and counted, and refused with --strict")
          .changeWhen(
              "a window may be missing that nobody knows of: all; a sample costs next to nothing");

  public static final Option<Boolean> STRICT =
      Option.flag("strict")
          .means(
              "refuse changes that contradict the lake table: deletes and updates of keys that it has not, inserts of keys that it"
                  + " has, old images that are not its rows")
          .changeWhen("an unbroken chain has to be proved each time");

  public static final Option<String> TTL_DELETES =
      Option.choice("ttl-deletes", "apply", "keep")
          .orElse("apply")
          .means(
              "of the archive of a stream: what becomes of the row of an item that DynamoDB deleted because its time to live had"
                  + " passed: deleted, or kept as it was last and counted. A full export would take such rows away, so that flatten"
                  + " wants --replace then")
          .changeWhen("the lake table is to have what the table has forgotten: keep");

  public static final Option<Duration> LATENESS =
      Option.duration("lateness")
          .orElse("15m")
          .means(
              "of the archive of a stream by others: how much earlier than the moment that the lake table shows changes are taken,"
                  + " because they come in no order")
          .changeWhen("changes came later, as after a function that failed for hours");

  public static final Option<String> ON_LATE =
      Option.choice("on-late", "fail", "count")
          .orElse("fail")
          .means(
              "of the archive of a stream by others: what becomes of changes that come later than --lateness allows: they end the"
                  + " run, or are left out and counted")
          .changeWhen("something sends old records again, and a full export comes soon: count");

  public static final Option<List<String>> ARCHIVE_FIELDS =
      Option.list("archive-fields", "NAMES")
          .means(
              "of the archive of a stream in plain JSON: how its members are named. Those that are not given are named as the"
                  + " tutorials do: op=eventName,time=timestamp,keys=keys,new=newImage,old=oldImage")
          .changeWhen("a function of your own wrote the archive without types, under other names");

  public static final Option<Boolean> ALLOW_EMPTY =
      Option.flag("allow-empty")
          .means("publish a lake table without any row if the changes delete all of them")
          .changeWhen("the DynamoDB table really is empty");

  public static final Option<Boolean> REVERSE =
      Option.flag("reverse")
          .means(
              "undo the last window that was applied, from its old images: CHANGES is that export, and the lake table shows the begin"
                  + " of its window afterwards. Refused if it is another one, has no old images, or a row is not what it says")
          .changeWhen(
              "a window should not have been applied, or its writes are to be looked at from before");

  public static final Option<String> MERGE_MODE =
      Option.choice("merge-mode", "cow", "mor")
          .orElse("cow")
          .means(
              "of a table of Iceberg: copy-on-write, so that files with changed rows are written anew without them, or merge-on-read,"
                  + " so that the positions of those rows are written down and every reader leaves them out")
          .changeWhen(
              "changes are spread over nearly all files and come more often than the table is read; maintain puts files together then");

  public static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run")
          .means(
              "read and check everything, and say what would change and which files would be written; nothing is written")
          .changeWhen("you want to know before");
}
