package io.dynamodblake.lake.items;

import com.fasterxml.jackson.databind.node.TextNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.identity.KeyedItemDigest;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.KeyAttribute;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The attributes by which items are paired: the keys of a table, or others. */
public final class ItemKeys implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<KeyAttribute> attributes;
  private final byte[][] names; // in UTF-8, as they stand in lines

  /**
   * @param attributes none if items are paired as wholes
   */
  public ItemKeys(List<KeyAttribute> attributes) {
    this.attributes = List.copyOf(attributes);
    this.names = names(attributes.stream().map(KeyAttribute::attribute).toList());
  }

  /** Returns the names of attributes in UTF-8, as they stand in lines. */
  public static byte[][] names(List<String> attributes) {
    return attributes.stream()
        .map(attribute -> attribute.getBytes(StandardCharsets.UTF_8))
        .toArray(byte[][]::new);
  }

  /** Returns the attributes in their order. */
  public List<KeyAttribute> attributes() {
    return attributes;
  }

  /** Returns how many attributes there are. */
  public int size() {
    return names.length;
  }

  /** Returns the name of an attribute as a string of JSON, in UTF-8. */
  public byte[] quotedName(int index) {
    return JsonDocuments.printLine(new TextNode(attributes.get(index).attribute()))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Whether there are no attributes, so that items are paired as wholes. */
  public boolean isEmpty() {
    return names.length == 0;
  }

  /**
   * Finds the attributes of an item.
   *
   * @param nodes gets the node of each; -1 for one that the item lacks
   */
  public void find(ItemTape tape, int[] nodes) {
    for (int i = 0; i < names.length; i++) {
      nodes[i] = CanonicalItem.attribute(tape, names[i]);
    }
  }

  /**
   * Takes the digest of the key of an item, the same in every run.
   *
   * @return whether the item has a key; there is no digest if it lacks an attribute of it
   */
  public boolean digest(CanonicalItem canonical, ItemTape tape) {
    return canonical.digestAttributes(tape, names) < 0;
  }

  /** Makes what takes digests of items and hashes of their keys, both with a secret. */
  public KeyedItemDigest keyedDigest(byte[] secret) {
    return new KeyedItemDigest(secret, names);
  }

  /** Returns the key of an item with its values as DynamoDB JSON, such as {@code pk={"S":"a"}}. */
  public String valuesOf(ItemTape tape) {
    List<String> texts = new ArrayList<>();
    int child = tape.firstChild(tape.item());
    for (int i = tape.childCount(tape.item()); i > 0; i--, child = tape.next(child)) {
      String name = tape.name(child);
      if (attributes.stream().anyMatch(key -> key.attribute().equals(name))) {
        int start = tape.rawStart(child);
        int length = tape.rawEnd(child) - start;
        texts.add(name + "=" + new String(tape.line(), start, length, StandardCharsets.UTF_8));
      }
    }
    return String.join(" ", texts);
  }
}
