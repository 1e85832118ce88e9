namespace Harness.Steps.Drivers;

/// <summary>The faults of a link as a sentence says them: <c>20 ms delay, 5 % loss and seed 3</c>.</summary>
internal static class LinkWords
{
    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">They mean nothing; the message says what would.</exception>
    public static LinkConditions Parse(string words)
    {
        var link = new LinkConditions();
        foreach (var part in words.Split((string[])[", ", " and "], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var word = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            link = word switch
            {
                [var number, "ms", "delay"] => link with { Delay = TimeSpan.FromMilliseconds(Number(number)) },
                [var number, "ms", "jitter"] => link with { Jitter = TimeSpan.FromMilliseconds(Number(number)) },
                [var number, "%", "loss"] => link with { Loss = Number(number) / 100 },
                [var number, "kbit/s"] => link with { BitsPerSecond = (long)(Number(number) * 1000) },
                ["seed", var number] => link with { Seed = (int)Number(number) },
                _ => throw new FormatException($"'{part}' is no fault of a link; there are: 20 ms delay, 5 ms jitter, 5 % loss, 64 kbit/s, seed 3"),
            };
        }

        return link.Checked();
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 1e9
        ? number : throw new FormatException($"'{text}' is no number");
}
