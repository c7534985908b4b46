package io.dynamodblake.identity;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One place at which two items differ.
 *
 * @param path as {@code ddb_rescued} names places
 * @param a the value in the first item as DynamoDB JSON; empty if it has none
 * @param b the value in the second item
 */
public record ItemDifference(String path, Optional<String> a, Optional<String> b) {

  /**
   * Returns the innermost places at which two items differ, at most {@code most}; sets differ as a
   * whole.
   */
  public static List<ItemDifference> between(ItemTape a, ItemTape b, int most) {
    Walk walk = new Walk(a, b, most);
    walk.maps(a.item(), b.item());
    return walk.found;
  }

  private static final class Walk {
    private final ItemTape a;
    private final ItemTape b;
    private final int most;
    private final CanonicalItem canonical = new CanonicalItem();
    private final ItemPath path = new ItemPath();
    private final List<ItemDifference> found = new ArrayList<>();

    Walk(ItemTape a, ItemTape b, int most) {
      this.a = a;
      this.b = b;
      this.most = most;
    }

    private void values(int inA, int inB) {
      if (found.size() == most || Arrays.equals(canonical.bytes(a, inA), canonical.bytes(b, inB))) {
        return;
      }
      Descriptor descriptor = a.descriptor(inA);
      if (descriptor == b.descriptor(inB) && descriptor == Descriptor.M) {
        maps(inA, inB);
      } else if (descriptor == b.descriptor(inB) && descriptor == Descriptor.L) {
        lists(inA, inB);
      } else {
        add(Optional.of(text(a, inA)), Optional.of(text(b, inB)));
      }
    }

    private void maps(int inA, int inB) {
      int child = a.firstChild(inA);
      for (int i = a.childCount(inA); i > 0; i--, child = a.next(child)) {
        path.push(a.name(child));
        int other = entry(b, inB, a.name(child));
        if (other < 0) {
          add(Optional.of(text(a, child)), Optional.empty());
        } else {
          values(child, other);
        }
        path.pop();
      }
      child = b.firstChild(inB);
      for (int i = b.childCount(inB); i > 0; i--, child = b.next(child)) {
        if (entry(a, inA, b.name(child)) < 0) {
          path.push(b.name(child));
          add(Optional.empty(), Optional.of(text(b, child)));
          path.pop();
        }
      }
    }

    private static int entry(ItemTape tape, int map, String name) {
      byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
      int child = tape.firstChild(map);
      for (int i = tape.childCount(map); i > 0; i--, child = tape.next(child)) {
        if (tape.nameEquals(child, wanted)) {
          return child;
        }
      }
      return -1;
    }

    private void lists(int inA, int inB) {
      int countA = a.childCount(inA);
      int countB = b.childCount(inB);
      int childA = a.firstChild(inA);
      int childB = b.firstChild(inB);
      for (int i = 0; i < Math.max(countA, countB) && found.size() < most; i++) {
        path.push(i);
        if (i >= countB) {
          add(Optional.of(text(a, childA)), Optional.empty());
        } else if (i >= countA) {
          add(Optional.empty(), Optional.of(text(b, childB)));
        } else {
          values(childA, childB);
        }
        path.pop();
        childA = i < countA ? a.next(childA) : childA;
        childB = i < countB ? b.next(childB) : childB;
      }
    }

    private void add(Optional<String> inA, Optional<String> inB) {
      if (found.size() < most) {
        found.add(new ItemDifference(path.toString(), inA, inB));
      }
    }

    private static String text(ItemTape tape, int node) {
      int start = tape.rawStart(node);
      return new String(tape.line(), start, tape.rawEnd(node) - start, StandardCharsets.UTF_8);
    }
  }
}
