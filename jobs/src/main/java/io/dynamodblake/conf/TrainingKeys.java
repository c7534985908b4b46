package io.dynamodblake.conf;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Of {@code training-set}: what is predicted, from what, as of when, and for whom it is split. */
public final class TrainingKeys {
  private TrainingKeys() {}

  public static final Option<String> DIR =
      Option.text("dir", "DIR")
          .at(0)
          .means("folder of the lake table, as flatten wrote it")
          .changeWhen("always given; in a file under the key `dir`");

  public static final Option<String> TO =
      Option.text("to", "DIR")
          .means(
              "folder for the training set; refused if it holds anything but one that did not come to its end")
          .changeWhen("always given");

  public static final Option<Boolean> REPLACE =
      Option.flag("replace")
          .means("take the place of a finished training set in --to, and of nothing else")
          .changeWhen("the same set is made again and readers do not need the old one");

  // ---- what is predicted

  public static final Option<String> LABEL =
      Option.text("label", "COLUMN")
          .means(
              "what is to be predicted: a column of the lake table, a field of one as column.field, or with --labels a column of"
                  + " those")
          .changeWhen("always given");

  public static final Option<String> LABEL_KIND =
      Option.choice("label-kind", "auto", "class", "number")
          .orElse("auto")
          .means(
              "whether the label is one of some classes, or a number; auto takes texts, booleans and numbers of at most ten"
                  + " different values for classes")
          .changeWhen("few different numbers are quantities, or many are classes");

  public static final Option<String> LABELS =
      Option.text("labels", "PATH")
          .means(
              "labels from elsewhere: Parquet, CSV with a header, or another lake table, which has the key columns of DIR, a time and"
                  + " the label; each of its rows becomes one row")
          .changeWhen("the label is not in the items themselves");

  public static final Option<String> LABEL_TIME =
      Option.text("label-time", "COLUMN")
          .orElse("label_time")
          .means(
              "column of --labels with the moment of each row, as a timestamp or ISO-8601 text; without an offset it is UTC. Features"
                  + " are as of then")
          .changeWhen("the column has another name");

  public static final Option<List<Instant>> AS_OF =
      Option.instants("as-of")
          .means(
              "one row for each item that there was at each of these moments, with its features as of then and the label that it has"
                  + " --horizon later; needs --from history")
          .changeWhen("the model is to say what will become of items");

  public static final Option<Duration> HORIZON =
      Option.duration("horizon")
          .means("how long after --as-of the label is read, such as 30d")
          .changeWhen("always given with --as-of");

  // ---- from what

  public static final Option<String> FROM =
      Option.choice("from", "snapshot", "history")
          .orElse("snapshot")
          .means(
              "where features come from: a snapshot, which is one moment, so that whatever came with or after a label is in them; or"
                  + " the history of the table, which gives for each label what was known at its time")
          .changeWhen("the table has a history (flatten --history): a label has a time of its own");

  public static final Option<String> TIME_COLUMN =
      Option.text("time-column", "COLUMN")
          .means(
              "a column of type timestamp or date. From a snapshot the time by which --split-times splits; from the history the"
                  + " moment since when a row holds, for tables that learn of things later than they happen: a row counts if it"
                  + " held and was known")
          .changeWhen("items tell times of their own");

  public static final Option<String> KNOWN =
      Option.choice("known", "table", "lake")
          .orElse("table")
          .means(
              "since when a row of the history is known: since DynamoDB had it, or since the lake had it")
          .changeWhen("the model is asked with features from the lake, which come later");

  public static final Option<Duration> MAX_AGE =
      Option.duration("max-age")
          .means(
              "features that are older than that at the time of the label are null; how many is said")
          .changeWhen("an item that nobody has touched for long says nothing any more");

  public static final Option<String> WHERE =
      Option.text("where", "EXPR")
          .means(
              "only items for which this condition of Spark SQL holds become rows, over the columns of the lake table; from the history"
                  + " the item as it is with its label, or at --as-of")
          .changeWhen("the table holds items of several kinds");

  public static final Option<List<String>> FEATURES =
      Option.list("features", "NAME[,NAME]")
          .means(
              "exactly these features, by the names that schema.json of a set lists; without it all that are usable, and the reason"
                  + " for each that is not is listed")
          .changeWhen("you know which are known when the model will be asked");

  public static final Option<List<String>> EXCLUDE =
      Option.list("exclude", "NAME[,NAME]")
          .means(
              "features that are left out, by those names; a column's name leaves out all that come from it")
          .changeWhen("a feature tells the label, or will not be there when the model is asked");

  public static final Option<List<String>> MAP_KEYS =
      Option.list("map-keys", "COLUMN.KEY[,...]")
          .means("keys of maps with open keys that become features")
          .changeWhen("a map has keys that say something");

  public static final Option<List<String>> CARRY =
      Option.list("carry", "COLUMN[,COLUMN]")
          .means(
              "columns that are written beside label and features and are neither, such as the key to join predictions by")
          .changeWhen("rows have to be found again");

  public static final Option<Long> MAX_CATEGORIES =
      Option.count("max-categories", 2, 10_000)
          .orElse("1000")
          .means(
              "most texts of a feature that get a number of their own in its vocabulary, the most frequent in train; all others are 0")
          .changeWhen("a model takes more, or only few");

  // ---- for whom

  public static final Option<List<String>> GROUP =
      Option.list("group", "COLUMN[,COLUMN]")
          .means(
              "columns whose rows stay together in one split; without it the partition key of the table")
          .changeWhen(
              "something larger than an item collection must not be split, such as a tenant");

  public static final Option<List<String>> SPLIT =
      Option.list("split", "TRAIN,VALIDATION,TEST")
          .orElse("80,10,10")
          .means(
              "percent of the groups that become train, validation and test, by a hash of the group; 0 for none")
          .changeWhen("there are few groups, or one of the splits is not needed");

  public static final Option<String> SALT =
      Option.text("salt", "TEXT")
          .orElse("dynamodb-lake")
          .means("stands before the group where it is hashed; another one splits otherwise")
          .changeWhen("an independent split of the same groups is wanted");

  public static final Option<List<Instant>> SPLIT_TIMES =
      Option.instants("split-times")
          .means(
              "split by time instead: train before the first, test from the last on, validation between two")
          .changeWhen("the model will be asked about times after those that it has learned from");

  public static final Option<Duration> GAP =
      Option.duration("gap")
          .orElse("0s")
          .means(
              "rows so shortly before a time of --split-times are left out; as long as it takes until a label is known")
          .changeWhen("labels look ahead: give --horizon's span or that of your label");

  public static final Option<String> STRADDLING =
      Option.choice("straddling", "latest", "allow")
          .orElse("latest")
          .means(
              "a group with rows on both sides of a time of --split-times: latest leaves it to the last split that it has rows in,"
                  + " and its earlier rows out; allow leaves all rows where their time says")
          .changeWhen("the model is asked about groups that it has learned from");

  // ---- what is written

  public static final Option<String> FORMAT =
      Option.choice("format", "parquet", "sagemaker-csv")
          .orElse("parquet")
          .means(
              "Parquet as pandas, PyTorch and Hugging Face load it; or CSV as the built-in algorithms of SageMaker take it: the label"
                  + " first, no header, all numbers")
          .changeWhen("SageMaker trains the model");

  public static final Option<Boolean> ENCODE =
      Option.flag("encode")
          .means(
              "write Parquet as the encodings make it: numbers of the vocabularies for texts, what is missing filled; sagemaker-csv is"
                  + " always so")
          .changeWhen("nothing but numbers can be read");

  public static final Option<Long> ROWS_PER_FILE =
      Option.count("rows-per-file", 1)
          .orElse("500000")
          .means("most rows of a file, about")
          .changeWhen("rows are very wide, or readers want more files at once");
}
