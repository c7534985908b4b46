package io.dynamodblake.spark.convert;

import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import scala.collection.AbstractIterator;
import scala.collection.Seq;
import scala.collection.immutable.List$;

/**
 * Collections of Scala as Java's and back, in words that Scala 2.12 and 2.13 have in common: their
 * own converters have other names in each.
 */
public final class ScalaCollections {
  private ScalaCollections() {}

  /** A sequence of Scala's as a list, not copied. */
  public static <T> List<T> list(Seq<T> sequence) {
    return new AbstractList<>() {
      @Override
      public T get(int index) {
        return sequence.apply(index);
      }

      @Override
      public int size() {
        return sequence.size();
      }

      /** By the sequence's own, because some find an element only by going through those before. */
      @Override
      public Iterator<T> iterator() {
        scala.collection.Iterator<T> elements = sequence.iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return elements.hasNext();
          }

          @Override
          public T next() {
            return elements.next();
          }
        };
      }
    };
  }

  /** A copy of a list as what Spark's methods take, to be gone through from its begin. */
  public static <T> scala.collection.immutable.List<T> seq(List<T> list) {
    scala.collection.immutable.List<T> sequence = List$.MODULE$.empty();
    for (int i = list.size() - 1; i >= 0; i--) {
      sequence = sequence.$colon$colon(list.get(i));
    }
    return sequence;
  }

  /** An iterator as what Spark's methods take. */
  public static <T> scala.collection.Iterator<T> iterator(Iterator<T> iterator) {
    return new AbstractIterator<>() {
      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public T next() {
        return iterator.next();
      }
    };
  }
}
