using System.Buffers.Text;

namespace Harness.Record;

/// <summary>
/// Parses the lines of samples that our own writer makes, of which a record may hold a million: their members stand in one order, and most are as in the line before.
/// A line of any other form is left to the general parser.
/// </summary>
internal sealed class SampleLine
{
    private readonly Word _scenario = new();
    private readonly Word _device = new();
    private readonly Word _operation = new();
    private readonly Known<Unit> _unit = new(text => Units.TryParse(text, out var unit) && unit.Symbol() == text ? unit : null);
    private readonly Known<ClockKind> _clock = new(text => Enum.GetValues<ClockKind>().Where(clock => clock.Word() == text).Cast<ClockKind?>().FirstOrDefault());
    private readonly Known<Provenance> _provenance = new(text => Enum.GetValues<Provenance>().Where(provenance => provenance.Word() == text).Cast<Provenance?>().FirstOrDefault());

    /// <summary>The sample of a line, or null where the line has another form.</summary>
    public SampleTaken? Parse(ReadOnlySpan<byte> line)
    {
        var rest = line;
        if (!Skip(ref rest, "{\"event\":\"sample-taken\",\"seq\":"u8) || !Utf8Parser.TryParse(rest, out long seq, out var digits))
        {
            return null;
        }

        rest = rest[digits..];
        string? previous = null;
        if (!Text(ref rest, ",\"at\":\""u8, out var time) || !TryTime(time, out var at))
        {
            return null;
        }

        if (rest.StartsWith(",\"previous\":\""u8))
        {
            if (!Text(ref rest, ",\"previous\":\""u8, out var hash))
            {
                return null;
            }

            previous = Encoding.ASCII.GetString(hash);
        }

        if (!Text(ref rest, ",\"scenario\":\""u8, out var scenario) || !Text(ref rest, ",\"device\":\""u8, out var device) || !Text(ref rest, ",\"operation\":\""u8, out var operation)
            || !Value(ref rest, out var value))
        {
            return null;
        }

        if (!Text(ref rest, ",\"unit\":\""u8, out var unit) || _unit.Of(unit) is not { } knownUnit
            || !Text(ref rest, ",\"clock\":\""u8, out var clock) || _clock.Of(clock) is not { } knownClock
            || !Text(ref rest, ",\"provenance\":\""u8, out var provenance) || _provenance.Of(provenance) is not { } knownProvenance
            || !rest.SequenceEqual("}"u8))
        {
            return null;
        }

        return new SampleTaken
        {
            Seq = seq, At = at, Previous = previous, Scenario = _scenario.Of(scenario), Device = _device.Of(device), Operation = _operation.Of(operation),
            Value = value, Unit = knownUnit, Clock = knownClock, Provenance = knownProvenance,
        };
    }

    // A number, or the word for one that is not finite.
    private static bool Value(ref ReadOnlySpan<byte> rest, out double value)
    {
        value = double.NaN;
        if (Text(ref rest, ",\"value\":\""u8, out var word))
        {
            value = word.SequenceEqual("Infinity"u8) ? double.PositiveInfinity : word.SequenceEqual("-Infinity"u8) ? double.NegativeInfinity : double.NaN;
            return double.IsInfinity(value) || word.SequenceEqual("NaN"u8);
        }

        if (!Skip(ref rest, ",\"value\":"u8) || rest.Length == 0 || rest[0] is (byte)'+' or (byte)'.' || !Utf8Parser.TryParse(rest, out value, out var length) || !double.IsFinite(value))
        {
            return false;
        }

        rest = rest[length..];
        return true;
    }

    private static bool Skip(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> text)
    {
        if (!rest.StartsWith(text))
        {
            return false;
        }

        rest = rest[text.Length..];
        return true;
    }

    // Text with an escape, or with what is no UTF-8, is the general parser's.
    private static bool Text(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!Skip(ref rest, name) || rest.IndexOfAny((byte)'"', (byte)'\\') is not (>= 0 and var end) || rest[end] != (byte)'"')
        {
            return false;
        }

        text = rest[..end];
        rest = rest[(end + 1)..];
        return true;
    }

    // 2026-03-14T15:09:26.5351234+00:00, with no to seven digits of a second's fraction.
    private static bool TryTime(ReadOnlySpan<byte> text, out DateTimeOffset at)
    {
        at = default;
        if (text.Length is not (>= 25 and <= 33) || !text.EndsWith("+00:00"u8) || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || !Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var fraction = text[19..^6];
        var ticks = 0;
        if (fraction.Length > 0)
        {
            if (fraction.Length < 2 || fraction[0] != '.' || !Digits(fraction[1..], out ticks))
            {
                return false;
            }

            for (var digits = fraction.Length - 1; digits < 7; digits++)
            {
                ticks *= 10;
            }
        }

        at = new DateTimeOffset(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).AddTicks(ticks));
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = number * 10 + digit - '0';
        }

        return true;
    }

    /// <summary>A text that is most often the one of the line before.</summary>
    private sealed class Word
    {
        private byte[] _bytes = [];
        private string _text = "";

        public string Of(ReadOnlySpan<byte> bytes)
        {
            if (!bytes.SequenceEqual(_bytes))
            {
                (_bytes, _text) = (bytes.ToArray(), Encoding.UTF8.GetString(bytes));
            }

            return _text;
        }
    }

    private sealed class Known<T>(Func<string, T?> find)
        where T : struct
    {
        private byte[] _bytes = [];
        private T? _value;

        public T? Of(ReadOnlySpan<byte> bytes)
        {
            if (!bytes.SequenceEqual(_bytes))
            {
                (_bytes, _value) = (bytes.ToArray(), find(Encoding.UTF8.GetString(bytes)));
            }

            return _value;
        }
    }
}
