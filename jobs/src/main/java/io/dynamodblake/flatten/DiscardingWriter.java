package io.dynamodblake.flatten;

import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemWriter;

/** Writes nothing: for items that are only to be checked. */
public final class DiscardingWriter implements ItemWriter {
  @Override
  public void beginItem() {}

  @Override
  public void endItem() {}

  @Override
  public void name(byte[] utf8, int offset, int length) {}

  @Override
  public void text(byte[] utf8, int offset, int length) {}

  @Override
  public void number(byte[] ascii, int offset, int length) {}

  @Override
  public void binary(byte[] bytes, int offset, int length) {}

  @Override
  public void bool(boolean value) {}

  @Override
  public void nullValue() {}

  @Override
  public void beginList() {}

  @Override
  public void endList() {}

  @Override
  public void beginMap() {}

  @Override
  public void endMap() {}

  @Override
  public void beginSet(Descriptor set) {}

  @Override
  public void endSet() {}
}
