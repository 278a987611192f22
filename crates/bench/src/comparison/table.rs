use std::{
    io::{self, Write},
    time::Duration,
};

use super::program::Program;
use crate::measure::Outcome;

/// Writes a row for each program: medians over the turns, and medians of the ratios within one turn.
pub(super) fn write(
    programs: &[Program],
    turns: &[Vec<Outcome>],
    judged: &[Result<String, String>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = ["program", "CPU ms", "wall ms", "CPU, × `preauth`", "wall, × `preauth`", "peak MB", "found"];
    writeln!(out, "| {} |\n|---|---|---|---|---|---|---|", head.join(" | "))?;
    for (index, (program, judged)) in programs.iter().zip(judged).enumerate() {
        let over_turns =
            |figure: &dyn Fn(&[Outcome]) -> f64| median(turns.iter().map(|turn| figure(turn)).collect());
        let ratio = |part: fn(&Outcome) -> Duration| {
            over_turns(&|turn| part(&turn[index]).as_secs_f64() / part(&turn[0]).as_secs_f64())
        };
        let milliseconds =
            |part: fn(&Outcome) -> Duration| over_turns(&|turn| part(&turn[index]).as_secs_f64() * 1e3);
        let (cpu, wall) = (|outcome: &Outcome| outcome.cpu, |outcome: &Outcome| outcome.wall);
        writeln!(
            out,
            "| {} | {:.1} | {:.1} | {:.2} | {:.2} | {:.0} | {} |",
            program.name,
            milliseconds(cpu),
            milliseconds(wall),
            ratio(cpu),
            ratio(wall),
            over_turns(&|turn| turn[index].peak as f64 / 1e6),
            match judged {
                Ok(found) => found.clone(),
                Err(wrong) => format!("**{wrong}**"),
            },
        )?;
    }
    Ok(())
}

/// The one in the middle; of two in the middle, what lies between them.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => f64::NAN,
        count if count.is_multiple_of(2) => f64::midpoint(figures[middle - 1], figures[middle]),
        _ => figures[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_turn_moves_no_median() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 900.0]), 3.0);
    }
}
