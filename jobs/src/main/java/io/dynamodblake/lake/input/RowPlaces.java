package io.dynamodblake.lake.input;

import io.dynamodblake.lake.SnapshotContents;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Where rows lie: a place is a file and a row of it in one number, so that places can be sorted and
 * counted without their paths. Made on the driver, used by tasks.
 */
public final class RowPlaces implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The row of a place of which only the file is known. */
  public static final long NO_ROW = -1;

  private static final int ROW_BITS = 40;
  private static final long ROW_MASK = (1L << ROW_BITS) - 1;
  private static final int UNKNOWN_FILE = 0;

  private final HashMap<String, Integer> numbers = new HashMap<>();
  private final ArrayList<String> names = new ArrayList<>(List.of("somewhere"));
  private final String unit;

  /**
   * Numbers the files below a folder.
   *
   * @param folder whole path; files are named relative to it
   * @param unit what the rows of a file are called, such as {@code row} or {@code line}
   */
  public RowPlaces(List<FileStatus> files, String folder, String unit) {
    this.unit = unit;
    for (FileStatus file : files) {
      Path path = file.getPath();
      int number = names.size();
      // Spark tells any of them; they differ where characters are escaped, and in the slashes
      // before
      // a local path
      numbers.put(path.toString(), number);
      numbers.put(path.toUri().toString(), number);
      numbers.put(new Path(path.toString()).toUri().toString(), number);
      String whole = path.toString();
      names.add(whole.startsWith(folder + "/") ? whole.substring(folder.length() + 1) : whole);
    }
  }

  /** Numbers the files of a snapshot in their order. */
  public static RowPlaces of(SnapshotContents contents) {
    RowPlaces places = new RowPlaces(contents.files(), contents.folder(), "row");
    for (int i = 0; i < contents.files().size(); i++) {
      places.numbers.put(contents.location(i), i + 1);
    }
    return places;
  }

  /**
   * Numbers the files of several snapshots in their order.
   *
   * @param folder whole path of the one that they all lie in
   */
  public static RowPlaces of(List<SnapshotContents> all, String folder) {
    List<FileStatus> files = all.stream().flatMap(one -> one.files().stream()).toList();
    RowPlaces places = new RowPlaces(files, folder, "row");
    int number = 1;
    for (SnapshotContents contents : all) {
      for (int i = 0; i < contents.files().size(); i++) {
        places.numbers.put(contents.location(i), number++);
      }
    }
    return places;
  }

  /** Returns the number of a file by its path; that of an unknown one if it is not among them. */
  public int file(String path) {
    return numbers.getOrDefault(path, UNKNOWN_FILE);
  }

  /**
   * Returns the place of a row in a file as one number.
   *
   * @param file number of the file
   * @param row its row, counted from 0, or {@link #NO_ROW}
   */
  public static long place(int file, long row) {
    return (long) file << ROW_BITS | row & ROW_MASK;
  }

  /** Returns the file of a place, relative to the folder. */
  public String fileName(long place) {
    return names.get((int) (place >>> ROW_BITS));
  }

  /** Returns the row of a place in its file, counted from 1; empty if it is not known. */
  public OptionalLong row(long place) {
    long row = place & ROW_MASK;
    return row == ROW_MASK ? OptionalLong.empty() : OptionalLong.of(row + 1);
  }

  /** Returns the place for people, rows counted from 1. */
  public String text(long place) {
    OptionalLong row = row(place);
    String name = fileName(place);
    return row.isPresent() ? name + " " + unit + " " + row.getAsLong() : name;
  }
}
