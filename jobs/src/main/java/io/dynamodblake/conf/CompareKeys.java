package io.dynamodblake.conf;

import java.util.List;

/** Of {@code compare}: the two sides, and how much is said of a difference. */
public final class CompareKeys {
  private CompareKeys() {}

  public static final Option<String> A =
      Option.text("a", "A")
          .at(0)
          .means(
              "an export, a lake table, a folder of import files in DynamoDB JSON or Ion, gzip, zstd or not compressed, or a live"
                  + " table: dynamodb://NAME or its ARN")
          .changeWhen("always given; in a file under the key `a`");

  public static final Option<String> B =
      Option.text("b", "B")
          .at(1)
          .means("what to compare it with, of any of these kinds")
          .changeWhen("always given; in a file under the key `b`");

  public static final Option<String> SNAPSHOT_A =
      Option.text("snapshot-a", "ID")
          .means("which snapshot of the lake table A; the current one without it")
          .changeWhen("an earlier state is to be compared; A and B may be the same lake table");

  public static final Option<String> SNAPSHOT_B =
      Option.text("snapshot-b", "ID").means("the same for B").changeWhen("as with `--snapshot-a`");

  public static final Option<List<String>> KEY =
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

  public static final Option<String> SETTINGS =
      Option.choice("settings", "tell", "count", "none")
          .orElse("tell")
          .means(
              "of two live tables also tell how their settings differ, such as indexes, throughput and tags; count makes the exit"
                  + " code 6 if those differ that somebody has chosen, and 5 if one is not known; none does not ask for them")
          .changeWhen(
              "a copy of a table is to be proved, not only its items; or the calls are not allowed");

  public static final Option<String> CHANGES_TO =
      Option.text("changes-to", "DIR")
          .means(
              "write what leads from A to B as an incremental export, under this prefix as DynamoDB would: an insert for each key"
                  + " that only B has, an update for each that both have with different items, a delete for each that only A has; all of"
                  + " them, whatever --show is. A is the earlier state of a table and B the later one, and their keys are known")
          .changeWhen(
              "full exports, or lake tables, of two days should give the changes between them");
}
