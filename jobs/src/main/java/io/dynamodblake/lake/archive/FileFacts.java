package io.dynamodblake.lake.archive;

import io.dynamodblake.export.FileAccount;
import io.dynamodblake.json.StreamRecord;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a file of an archive turned out to hold. One task fills it; sent to the driver, where a
 * repeated task puts its facts in the place of the first. What is said of forms, streams, tables
 * and views is said of the records that count, which are not older than the table's moment.
 */
public final class FileFacts implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int MOST_NAMES = 8;
  private static final long NEVER = -1;

  private FileAccount account;
  private long firstMicros = Long.MAX_VALUE;
  private long lastMicros = NEVER;
  private long firstLateMicros = Long.MAX_VALUE;
  private long older;
  private long late;
  private final EnumMap<StreamRecord.Form, Long> forms = new EnumMap<>(StreamRecord.Form.class);
  private final EnumSet<StreamRecord.View> views = EnumSet.noneOf(StreamRecord.View.class);
  private final TreeSet<String> streams = new TreeSet<>();
  private final TreeSet<String> tables = new TreeSet<>();
  private final TreeMap<String, Long> losses = new TreeMap<>();
  private long oldImages;

  // ---- filling

  void see(long micros) {
    lastMicros = Math.max(lastMicros, micros);
  }

  void passOlder() {
    older++;
  }

  void passLate(long micros) {
    late++;
    firstLateMicros = Math.min(firstLateMicros, micros);
  }

  void take(StreamRecord record, long micros) {
    firstMicros = Math.min(firstMicros, micros);
    forms.merge(record.form(), 1L, Long::sum);
    views.add(record.view());
    add(streams, record.stream());
    add(tables, record.table());
    oldImages += record.oldKnown() ? 1 : 0;
  }

  private static void add(TreeSet<String> names, String name) {
    if (name != null && names.size() < MOST_NAMES) {
      names.add(name);
    }
  }

  void lost(String what) {
    losses.merge(what, 1L, Long::sum);
  }

  void end(FileAccount whole) {
    account = whole;
  }

  // ---- reading

  /** Returns the position of the file among those that are read. */
  public int index() {
    return account.index();
  }

  /** Returns what became of its documents. */
  public FileAccount account() {
    return account;
  }

  /** Returns the time of the first record that counts; the largest number if there is none. */
  public long firstMicros() {
    return firstMicros;
  }

  /** Returns the time of the last record of all; -1 if there is none. */
  public long lastMicros() {
    return lastMicros;
  }

  /** Returns the time of the first record that came too late; the largest number for none. */
  public long firstLateMicros() {
    return firstLateMicros;
  }

  /** Returns how many records are from before the table's moment. */
  public long older() {
    return older;
  }

  /** Returns how many came later than is allowed. */
  public long late() {
    return late;
  }

  /** Returns how many records are in which form. */
  public Map<StreamRecord.Form, Long> forms() {
    return forms;
  }

  public Set<StreamRecord.View> views() {
    return views;
  }

  /** Returns ARNs of streams, or the first of very many. */
  public Set<String> streams() {
    return streams;
  }

  /** Returns names of tables, or the first of very many. */
  public Set<String> tables() {
    return tables;
  }

  /** Returns images that have lost something, by what that is. */
  public Map<String, Long> losses() {
    return losses;
  }

  /** Returns how many records say what was before the change. */
  public long oldImages() {
    return oldImages;
  }
}
