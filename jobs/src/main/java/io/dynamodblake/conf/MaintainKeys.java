package io.dynamodblake.conf;

import java.time.Duration;

/** Of {@code maintain}: what a lake table is to forget. */
public final class MaintainKeys {
  private MaintainKeys() {}

  public static final Option<String> DIR =
      Option.text("dir", "DIR")
          .at(0)
          .means("folder of the lake table, as flatten wrote it")
          .changeWhen("always given; in a file under the key `dir`");

  public static final Option<Long> KEEP =
      Option.count("keep", 1)
          .means(
              "keep so many snapshots, the current one among them; of the others those go that readers have not seen for a day, or"
                  + " for the span of --older-than. Without it and without --older-than no snapshot goes")
          .changeWhen("always, in a schedule: every snapshot is a whole copy of the rows");

  public static final Option<Duration> OLDER_THAN =
      Option.duration("older-than")
          .means(
              "snapshots go that another one replaced longer ago than that, such as 30d, unless they are among those that --keep"
                  + " keeps; and quarantined lines, run reports and lists of taken files of runs that are older and of no snapshot"
                  + " that stays")
          .changeWhen(
              "a table must forget after a time; a span below a day takes snapshots from queries and jobs that still read them");

  public static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run")
          .means("say what would go, and what it costs to keep it for a month; nothing is changed")
          .changeWhen("you want to know before");

  public static final Option<String> REGISTER =
      Option.choice("register", "glue")
          .means(
              "before anything is deleted let the Glue Data Catalog name the current snapshot, as register does, so that it names none"
                  + " that goes; DIR must be on S3")
          .changeWhen("Athena reads the table, and runs publish without registering");
}
