package io.dynamodblake.conf;

/** Of {@code load}: into which table, how fast, and what is deleted. */
public final class LoadKeys {
  private LoadKeys() {}

  public static final Option<String> DIR =
      Option.text("path", "DIR")
          .at(0)
          .means(
              "import files as restore or the data source dynamodb-import wrote them, a lake table, or a full export; or changes: an incremental"
                  + " export, or a prefix of several that follow each other")
          .changeWhen("always given; in a file under the key `path`");

  public static final Option<String> TABLE =
      Option.text("dynamodb-table", "TABLE")
          .at(1)
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

  public static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run")
          .means(
              "check all items and say how many there are, what they take and cost; nothing is written")
          .changeWhen("always good before the first load into a table that is in use");

  public static final Option<String> STATE =
      Option.text("state", "DIR")
          .means(
              "folder, on S3 or another file system that all executors see, in which the load remembers which parts of the items are"
                  + " in the table: the same command after a kill or failure goes on with the others. What is remembered of a load"
                  + " is deleted when it comes to its end, and does not count if the items have changed")
          .changeWhen("a load takes more than some minutes");

  public static final Option<Boolean> REVERSE =
      Option.flag("reverse")
          .means(
              "of changes: write back what was before them. Items that the window updated or deleted become their old images, those"
                  + " that it inserted are deleted. Needs old images")
          .changeWhen(
              "the writes of a window are to be undone in a live table; with --check-old-images");

  public static final Option<Boolean> CHECK_OLD_IMAGES =
      Option.flag("check-old-images")
          .means(
              "of changes: read each item right before it is written, and write it only if it still is what the changes say it was;"
                  + " others are counted and left alone. Not atomic: a write by somebody else between both is lost. Needs old images")
          .changeWhen("others write to the table; it costs a consistent read of each item");

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

  public static final Option<Boolean> ALLOW_LOSS =
      Option.flag("allow-loss")
          .means(
              "load although columns of the lake table were dropped, hashed, masked or are double: items in the table are replaced"
                  + " by ones that lack the first, and hold of the others what the columns hold")
          .changeWhen("the items need not be as they were in the source table");

  /** The same of a command that reads only to find what to delete, or what has changed. */
  public static final Option<String> MAX_RCU =
      ScanKeys.MAX_RCU.means(
          "with --delete-missing and --check-old-images: most read units a second while keys or items of the table are read, of all tasks together; none is no"
              + " limit. Without --max-rcu "
              + ScanKeys.USUAL_READ_UNITS);
}
