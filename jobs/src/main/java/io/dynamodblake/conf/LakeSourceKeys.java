package io.dynamodblake.conf;

import java.time.Instant;
import java.util.List;

/** Of the data source {@code dynamodb-lake}; in camel case, as those of Spark are. */
public final class LakeSourceKeys {
  private LakeSourceKeys() {}

  public static final Option<String> PATH =
      Option.text("path", "DIR")
          .means("what load() was given: the folder of a lake table, which flatten wrote to")
          .changeWhen("always given, as the argument of load() or in SQL's OPTIONS");

  public static final Option<String> SNAPSHOT =
      Option.text("snapshot", "ID")
          .means(
              "which snapshot to read: its id, or the id of an export for the last one made of it; without it the current one")
          .changeWhen("an earlier state of the table is wanted, and its folder is still there");

  public static final Option<Instant> AS_OF =
      Option.instant("asOf")
          .means("read the last snapshot that was published at or before this time")
          .changeWhen("several queries, or one again, should see what readers saw at that time");

  public static final Option<Boolean> HISTORY =
      Option.flag("history")
          .means(
              "read the history of the table instead of a snapshot: a row for each item of a full export and for each change")
          .changeWhen("the lake table keeps one, and what an item was at some time matters");

  /** Of the data source {@code dynamodb-lake}. */
  public static final List<Option<?>> ALL = List.of(PATH, SNAPSHOT, AS_OF, HISTORY);
}
