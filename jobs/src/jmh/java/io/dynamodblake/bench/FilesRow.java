package io.dynamodblake.bench;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The same items in very many small data files and in the usual sixteen, as small tables of many
 * partitions are exported; local disk. On S3 each file is two requests more.
 */
final class FilesRow implements Row {
  private static final double MOST_OF_FEW = 1.50;
  private static final int ITEMS_A_FILE = 50;
  private static final int FEW_FILES = 16;
  private static final String MANY = "many files";
  private static final String FEW = "few files";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    Path few = workshop.generateInFiles(FEW_FILES).folder();
    int files = Math.toIntExact(Math.max(1, workshop.arguments().items() / ITEMS_A_FILE));
    Path many = workshop.generateInFiles(files).folder();
    check(workshop, few, many);
    Contest contest =
        workshop.contest(
            "files",
            new Contest.Side(MANY, target -> workshop.flattenPinnedFrom(many, target)),
            new Contest.Side(FEW, target -> workshop.flattenPinnedFrom(few, target)));
    return Result.of(
        contest.line(
            String.format(
                Locale.ROOT,
                "flatten of %,d data files of %d items, against %d files of the same items",
                files,
                ITEMS_A_FILE,
                FEW_FILES),
            MANY,
            FEW,
            MOST_OF_FEW));
  }

  private static void check(Workshop workshop, Path few, Path many) throws Exception {
    Path ofFew = workshop.freshTarget();
    Path ofMany = workshop.freshTarget();
    workshop.flattenPinnedFrom(few, ofFew);
    workshop.flattenPinnedFrom(many, ofMany);
    new ResultCheck(workshop.spark())
        .requireEqual(Workshop.snapshot(ofFew), Workshop.snapshot(ofMany), MANY);
    Directories.delete(ofFew);
    Directories.delete(ofMany);
  }
}
