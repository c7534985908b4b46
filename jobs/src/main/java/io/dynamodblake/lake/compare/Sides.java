package io.dynamodblake.lake.compare;

import io.dynamodblake.conf.CompareKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.lake.items.ItemSet;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.read.ExportItems;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/**
 * Both sides of a comparison, and what pairs their items. Driver only.
 *
 * @param keys none if items are paired as wholes
 */
record Sides(ItemSet a, ItemSet b, ItemKeys keys) implements AutoCloseable {
  /**
   * Finds out what both sides are.
   *
   * @throws UsageException if a path or the keys cannot be used
   */
  static Sides open(SparkSession session, ComparisonOptions options) throws IOException {
    ItemSet a =
        ItemSet.open(session, ItemSet.COMPARE, options.a(), options.reading(), options.taskBytes());
    try {
      ItemSet b =
          ItemSet.open(
              session, ItemSet.COMPARE, options.b(), options.reading(), options.taskBytes());
      try {
        return new Sides(a, b, new ItemKeys(keys(options.keys(), a.keys(), b.keys())));
      } catch (RuntimeException e) {
        b.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      a.close();
      throw e;
    }
  }

  private static List<KeyAttribute> keys(
      List<KeyAttribute> wanted, List<KeyAttribute> ofA, List<KeyAttribute> ofB) {
    if (!wanted.isEmpty()) {
      refuseOtherTypes(wanted, "A", ofA);
      refuseOtherTypes(wanted, "B", ofB);
      return wanted;
    }
    if (!ofA.isEmpty() && !ofB.isEmpty() && !ofA.equals(ofB)) {
      throw new UsageException(
          "Cannot compare: the keys of A are %s and those of B %s; say which to use with %s"
              .formatted(
                  String.join(",", KeyAttribute.texts(ofA)),
                  String.join(",", KeyAttribute.texts(ofB)),
                  Words.COMPARE.of(CompareKeys.KEY)));
    }
    return ofA.isEmpty() ? ofB : ofA;
  }

  /** Other attributes than the table's own may pair items, but not with another type. */
  private static void refuseOtherTypes(
      List<KeyAttribute> wanted, String side, List<KeyAttribute> own) {
    for (KeyAttribute key : wanted) {
      for (KeyAttribute known : own) {
        if (key.attribute().equals(known.attribute()) && !key.equals(known)) {
          throw new UsageException(
              "Cannot compare by %s: that key of the table %s is %s; give %s with its types"
                  .formatted(
                      key.text(), side, known.descriptor(), Words.COMPARE.of(CompareKeys.KEY)));
        }
      }
    }
  }

  /** Reads what can be read only once. */
  void read(ReadProgress progress) {
    a.read(progress);
    b.read(progress);
  }

  /** What pairs the items of the first side. */
  SideKeys keysOfA() {
    return new SideKeys(keys, true);
  }

  /** What pairs the items of the second side. */
  SideKeys keysOfB() {
    return new SideKeys(keys, false);
  }

  /**
   * What is made of the items of both sides, in one RDD: those of the side with fewer tasks first.
   * Both sides mostly hold about the same, so that these tasks are the longer ones, and a long task
   * that begins last leaves all cores but one without work.
   */
  <T> JavaRDD<T> items(Function<SideKeys, ExportItems.Maker<T>> maker) throws IOException {
    JavaRDD<T> ofA = a.items(maker.apply(keysOfA()));
    JavaRDD<T> ofB = b.items(maker.apply(keysOfB()));
    return ofA.getNumPartitions() <= ofB.getNumPartitions() ? ofA.union(ofB) : ofB.union(ofA);
  }

  /** What is to be told of both. */
  List<String> notes() {
    return Stream.concat(
            a.notes().stream().map(note -> "A: " + note),
            b.notes().stream().map(note -> "B: " + note))
        .toList();
  }

  /**
   * Refuses what is not all of both sides.
   *
   * @param promised how many items there should be; -1 if nobody knows
   */
  void requireAll(Counts promised, Counts read) throws IOException {
    a.requireAll(ItemSet.COMPARE, "A should have", promised.a(), read.a());
    b.requireAll(ItemSet.COMPARE, "B should have", promised.b(), read.b());
  }

  /** How many items the sides promise; -1 if they do not. */
  Counts promised() throws IOException {
    return new Counts(a.promised(), b.promised());
  }

  /** Numbers of items of both sides. */
  record Counts(long a, long b) {
    /** Items of both together; -1 if one of them is not known. */
    long sum() {
      return a < 0 || b < 0 ? -1 : a + b;
    }
  }

  @Override
  public void close() {
    a.close();
    b.close();
  }
}
