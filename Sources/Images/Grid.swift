extension Images {
  /// Lays images out as a table on white: `rows[r][c]` in cells of `cellSize`², scaled to fit and centred, with
  /// captions above the columns and left of the rows. Missing captions stay blank.
  ///
  /// - Throws: `.invalidArgument` when there is no image, or the grid would exceed 100 megapixels.
  package static func grid(
    _ rows: [[PixelImage]], rowCaptions: [String] = [], columnCaptions: [String] = [], cellSize: Int = 256
  ) throws(ImageError) -> PixelImage {
    let columns = rows.map(\.count).max() ?? 0
    guard columns > 0 else { throw ImageError(.invalidArgument, "a grid needs at least one image") }
    guard (16...4096).contains(cellSize) else {
      throw ImageError(.invalidArgument, "the cells of a grid must be 16 to 4096 pixels wide, not \(cellSize)")
    }
    let gap = max(4, cellSize / 24)
    let points = max(9, cellSize / 16)
    func captions(_ texts: [String], count: Int) throws(ImageError) -> [Caption?] {
      var result: [Caption?] = []
      for text in texts.prefix(count) { result.append(try Caption(text, width: cellSize, points: points)) }
      return result
    }
    let left = try captions(rowCaptions, count: rows.count)
    let above = try captions(columnCaptions, count: columns)
    let margin = left.contains { $0 != nil } ? cellSize + gap : 0
    let header = above.compactMap { $0?.height }.max().map { $0 + gap } ?? 0

    let width = margin + columns * (cellSize + gap) + gap
    let height = header + rows.count * (cellSize + gap) + gap
    guard width * height <= 100_000_000 else {
      throw ImageError(.invalidArgument, "a grid of \(width)×\(height) pixels is too large: use fewer or smaller cells")
    }
    var canvas = PixelImage(width: width, height: height, red: 255, green: 255, blue: 255)
    func originX(_ column: Int) -> Int { margin + gap + column * (cellSize + gap) }
    func originY(_ row: Int) -> Int { header + gap + row * (cellSize + gap) }

    for (column, caption) in above.enumerated() {
      guard let caption else { continue }
      caption.draw(
        on: &canvas, left: originX(column) + (cellSize - caption.width) / 2, top: gap + (header - gap - caption.height))
    }
    for (row, images) in rows.enumerated() {
      if row < left.count, let caption = left[row] {
        caption.draw(
          on: &canvas, left: gap + (cellSize - caption.width) / 2, top: originY(row) + (cellSize - caption.height) / 2)
      }
      for (column, image) in images.enumerated() {
        let scale = Double(cellSize) / Double(max(image.width, image.height))
        let fitted = try resize(
          image, width: max(1, Int((Double(image.width) * scale).rounded())),
          height: max(1, Int((Double(image.height) * scale).rounded())))
        canvas.paste(
          fitted, left: originX(column) + (cellSize - fitted.width) / 2,
          top: originY(row) + (cellSize - fitted.height) / 2)
      }
    }
    return canvas
  }
}
