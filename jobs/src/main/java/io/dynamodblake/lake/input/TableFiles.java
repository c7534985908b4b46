package io.dynamodblake.lake.input;

import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.spark.run.TablePlan;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The files that a table or view is read from. Driver only.
 *
 * @param files sorted by path
 * @param folder whole path of the folder of the table, empty if there is more than one
 * @param complete whether all that is read is in these files
 * @param lenient whether it is text in which Spark reads what it does not understand as null, and
 *     nobody has chosen that
 */
record TableFiles(List<FileStatus> files, String folder, boolean complete, boolean lenient) {
  private static final Set<String> LENIENT_FORMATS = Set.of("csv", "json");
  private static final String MODE = "mode";

  /** Looks the files up. */
  static TableFiles of(TablePlan plan, Configuration configuration) throws IOException {
    TreeMap<String, FileStatus> files = new TreeMap<>();
    Set<String> folders = new HashSet<>();
    boolean complete = true;
    boolean lenient = false;
    for (TablePlan.Source source : plan.sources()) {
      if (source instanceof TablePlan.ListedFiles listed) {
        listed.roots().forEach(root -> folders.add(root.toString()));
        listed.files().forEach(file -> files.put(file.getPath().toString(), file));
        lenient = lenient || isLenient(listed);
      } else if (source instanceof TablePlan.HiveFolder folder) {
        folders.add(folder.root().toString());
        below(folder.root(), configuration)
            .forEach(file -> files.put(file.getPath().toString(), file));
        complete = complete && !folder.partitioned();
      } else {
        complete = false;
      }
    }
    String folder = folders.size() == 1 ? folders.iterator().next() : "";
    return new TableFiles(List.copyOf(files.values()), folder, complete, lenient);
  }

  private static List<FileStatus> below(Path root, Configuration configuration) throws IOException {
    return root.getFileSystem(configuration).exists(root)
        ? new LakeFiles(configuration).filesBelow(root.toString())
        : List.of();
  }

  private static boolean isLenient(TablePlan.ListedFiles listed) {
    boolean chosen =
        listed.options().stream().anyMatch(key -> key.toLowerCase(Locale.ROOT).equals(MODE));
    return !chosen && listed.format().filter(LENIENT_FORMATS::contains).isPresent();
  }
}
