//! Tables of aligned columns.

use std::io::{self, Write};

/// Writes the rows, of which the first is the header.
pub(crate) fn write(rows: &[impl AsRef<[String]>], out: &mut dyn Write) -> io::Result<()> {
    let columns = rows.first().map_or(0, |row| row.as_ref().len());
    let length = |row: &[String], column: usize| row[column].chars().count();
    let width = |column| rows.iter().map(|row| length(row.as_ref(), column)).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let mut line = String::new();
        for (text, width) in row.as_ref().iter().zip(&widths) {
            line.push_str(text);
            line.extend(std::iter::repeat_n(' ', width - text.chars().count() + 2));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
