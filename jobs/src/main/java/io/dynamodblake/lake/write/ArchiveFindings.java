package io.dynamodblake.lake.write;

import io.dynamodblake.conf.ApplyKeys;
import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.Window;
import io.dynamodblake.json.StreamRecord;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.archive.FileFacts;
import io.dynamodblake.lake.archive.TakenFiles;
import io.dynamodblake.lake.changes.MergeCounts;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * What an archive turned out to hold, and whether it is one that the table can take.
 *
 * @param facts those of each file
 * @param now by which a record may be from the future
 */
record ArchiveFindings(
    ArchiveChoice choice,
    TableFacts table,
    ApplyOptions options,
    List<FileFacts> facts,
    Instant now) {
  private static final Duration MOST_AHEAD = Duration.ofDays(1);
  private static final String TABLE = ":table/";

  /** Refuses an archive that the table cannot take. */
  void check() {
    Map<StreamRecord.Form, Long> forms = forms();
    if (facts.stream().allMatch(file -> file.lastMicros() < 0)) {
      throw refused("it holds no record", "give the folder of an archive of the table's stream");
    }
    requireOneForm(forms);
    requireImages();
    requireOneTable();
    Instant last = instant(lastMicros());
    if (last.isAfter(now.plus(MOST_AHEAD))) {
      throw refused(
          "it has a change of %s, which is in the future".formatted(last),
          "look at the times of its records");
    }
    if (last.getEpochSecond() < choice.mark().getEpochSecond()) {
      throw refused(
          "its last change is of %s and the lake table shows %s, so rows would go back in time"
              .formatted(last, choice.mark()),
          "apply it once it has later changes");
    }
    refuseLate();
  }

  private ExportFormatException refused(String why, String wayOut) {
    return new ExportFormatException(
        "Cannot apply archive: %s, in %s; %s".formatted(why, choice.root(), wayOut));
  }

  private Map<StreamRecord.Form, Long> forms() {
    Map<StreamRecord.Form, Long> forms = new EnumMap<>(StreamRecord.Form.class);
    facts.forEach(
        file -> file.forms().forEach((form, count) -> forms.merge(form, count, Long::sum)));
    return forms;
  }

  private void requireOneForm(Map<StreamRecord.Form, Long> forms) {
    TreeSet<String> words = new TreeSet<>();
    forms.keySet().forEach(form -> words.add(form.words()));
    if (!choice.form().isEmpty()) {
      words.add(choice.form());
    }
    if (words.size() > 1) {
      throw refused(
          "its records are in several forms (%s), of which each has an order of its own"
              .formatted(String.join(", ", words)),
          "give the folder of one form");
    }
  }

  private void requireImages() {
    EnumSet<StreamRecord.View> views = EnumSet.noneOf(StreamRecord.View.class);
    facts.forEach(file -> views.addAll(file.views()));
    for (StreamRecord.View view :
        List.of(StreamRecord.View.KEYS_ONLY, StreamRecord.View.OLD_IMAGE)) {
      if (views.contains(view)) {
        throw refused(
            "records of the view %s do not say what an item is after a change".formatted(view),
            "set the view of the stream to NEW_AND_OLD_IMAGES, and flatten a full export to begin anew");
      }
    }
  }

  private void requireOneTable() {
    TreeSet<String> streams = new TreeSet<>();
    TreeSet<String> tables = new TreeSet<>();
    facts.forEach(
        file -> {
          streams.addAll(file.streams());
          tables.addAll(file.tables());
        });
    String arn = table.arn().orElse("");
    for (String stream : streams) {
      int end = stream.indexOf('/', stream.indexOf(TABLE) + TABLE.length());
      String of = end < 0 ? stream : stream.substring(0, end);
      if (!arn.isEmpty() && !of.equals(arn)) {
        throw otherTable(of);
      }
    }
    for (String name : tables) {
      if (!arn.isEmpty() && !arn.substring(arn.indexOf(TABLE) + TABLE.length()).equals(name)) {
        throw otherTable("table " + name);
      }
    }
    if (streams.size() > 1) {
      throw refused(
          "its records are of several streams (%s), and changes of one are not in order with those of the other"
              .formatted(String.join(", ", streams)),
          "flatten a full export from after the last of them was switched on, and give the files from then on");
    }
    if (tables.size() > 1) {
      throw refused(
          "its records are of several tables (%s)".formatted(String.join(", ", tables)),
          "give the folder of one");
    }
  }

  private ExportFormatException otherTable(String of) {
    return refused(
        "it has changes of %s and the lake table is of %s".formatted(of, table.arn().orElse("")),
        "apply it to the lake table of its own table");
  }

  private void refuseLate() {
    long late = sum(FileFacts::late);
    if (late == 0 || !options.archive().failLate()) {
      return;
    }
    long first = facts.stream().mapToLong(FileFacts::firstLateMicros).min().orElseThrow();
    String name =
        facts.stream()
            .filter(file -> file.firstLateMicros() == first)
            .map(file -> choice.files().files().get(file.index()).key())
            .findFirst()
            .orElseThrow();
    Duration needed = Duration.between(instant(first), choice.mark());
    throw refused(
        "%,d changes came later than the %s that are allowed, such as one of %s in %s"
            .formatted(
                late,
                text(options.archive().lateness()),
                instant(first).truncatedTo(ChronoUnit.SECONDS),
                name),
        "give %s to put them in order with what the lake table has taken, or %s to leave them out"
            .formatted(
                options.words().of(ApplyKeys.LATENESS, (needed.toMinutes() + 1) + "m"),
                options.words().of(ApplyKeys.ON_LATE, "count")));
  }

  static String text(Duration duration) {
    return duration.toSecondsPart() == 0
        ? duration.toMinutes() + " minutes"
        : duration.toSeconds() + " seconds";
  }

  private long sum(ToLongFunction<FileFacts> count) {
    return facts.stream().mapToLong(count).sum();
  }

  private long lastMicros() {
    return facts.stream().mapToLong(FileFacts::lastMicros).max().orElse(-1);
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }

  /** The moment that the table shows then: that of the last change. */
  Instant time() {
    Instant last = instant(lastMicros()).truncatedTo(ChronoUnit.MILLIS);
    return last.isAfter(choice.mark()) ? last : choice.mark();
  }

  /** The first change that counts. */
  Optional<Instant> first() {
    long first = facts.stream().mapToLong(FileFacts::firstMicros).min().orElse(Long.MAX_VALUE);
    return first == Long.MAX_VALUE ? Optional.empty() : Optional.of(instant(first));
  }

  /** Records that count. */
  long records() {
    return forms().values().stream().mapToLong(Long::longValue).sum();
  }

  String view() {
    return (sum(FileFacts::oldImages) > 0 ? Window.View.NEW_AND_OLD_IMAGES : Window.View.NEW_IMAGE)
        .name();
  }

  private String form() {
    return forms().keySet().stream()
        .map(StreamRecord.Form::words)
        .findFirst()
        .orElse(choice.form());
  }

  /** The files that the table takes now. */
  TakenFiles taken() {
    List<TakenFiles.Taken> taken = new ArrayList<>();
    for (FileFacts file : facts) {
      DataFile data = choice.files().files().get(file.index());
      if (file.index() >= choice.again()) {
        taken.add(new TakenFiles.Taken(data.key(), data.length(), file.lastMicros()));
      }
    }
    return new TakenFiles(choice.root(), form(), taken);
  }

  RunReport.Archive report(MergeCounts counts) {
    return new RunReport.Archive(
        form(),
        facts.size(),
        choice.before(),
        first(),
        Optional.of(time()),
        counts.repeated(),
        sum(FileFacts::older),
        sum(FileFacts::late),
        counts.passedOver(),
        counts.kept(),
        counts.ties(),
        counts.lossy(),
        losses());
  }

  private TreeMap<String, Long> losses() {
    TreeMap<String, Long> losses = new TreeMap<>();
    facts.forEach(
        file -> file.losses().forEach((what, count) -> losses.merge(what, count, Long::sum)));
    return losses;
  }

  /** What a user should know of it. */
  List<String> notes(MergeCounts counts) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "An archive of a stream has no manifest: that no change is missing, nobody can prove; compare the lake table with a full export from time to time");
    if (table.arn().isEmpty() || facts.stream().allMatch(this::namesNoTable)) {
      notes.add("Nothing in the archive says of which table it is");
    }
    if (sum(FileFacts::late) > 0) {
      notes.add(
          "%,d changes came later than the %s that are allowed and were left out"
              .formatted(sum(FileFacts::late), text(options.archive().lateness())));
    }
    if (counts.ties() > 0) {
      notes.add(
          "%,d keys have two last changes of the same time, of which nobody can tell which came first; set the precision of the Kinesis data stream to MICROSECOND"
              .formatted(counts.ties()));
    }
    losses()
        .forEach(
            (what, count) ->
                notes.add(
                    "%,d records in plain JSON have lost something: %s".formatted(count, what)));
    if (counts.lossy() > 0) {
      notes.add(
          "%,d rows stay as they were, because the items that should replace them have lost values; keep the archive in DynamoDB JSON, or flatten a full export"
              .formatted(counts.lossy()));
    }
    return notes;
  }

  private boolean namesNoTable(FileFacts file) {
    return file.streams().isEmpty() && file.tables().isEmpty();
  }
}
