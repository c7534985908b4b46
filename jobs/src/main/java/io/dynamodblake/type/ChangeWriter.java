package io.dynamodblake.type;

/**
 * Takes one change of an item as a sequence of calls: where it comes from, the key, and the images
 * that it has, each at most once and written as an item is.
 *
 * <pre>{@code
 * writer.beginChange(origin);
 * write(keys, writer.keys());
 * write(image, writer.newImage());
 * writer.endChange();
 * }</pre>
 */
public interface ChangeWriter {
  void beginChange(ChangeOrigin origin);

  /** Returns what takes the key, as an item that is begun and ended. */
  ItemWriter keys();

  /** Returns what takes the item as it is after the change, begun and ended. */
  ItemWriter newImage();

  /** Returns what takes the item as it was before the change, begun and ended. */
  ItemWriter oldImage();

  void endChange();
}
