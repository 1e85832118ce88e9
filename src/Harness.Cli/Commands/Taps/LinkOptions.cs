using Harness.Mqtt.Proxy;

namespace Harness.Cli.Commands.Taps;

/// <summary>The options of a link with faults.</summary>
internal sealed class LinkOptions
{
    private readonly Option<TimeSpan> _delay = Time("--delay", "time that everything takes, each way: 300ms");
    private readonly Option<TimeSpan> _jitter = Time("--jitter", "up to this much more, uniform: 20ms");
    private readonly Option<double> _loss = Parsed("--loss", "segments that TCP has to send again, each way: 5%", ParseLoss, "a rate from 0% to 90%, such as 5%");
    private readonly Option<long> _bandwidth = Parsed("--bandwidth", "of all connections together, each way: 64kbit, 2Mbit", ParseBandwidth, "bits a second with their unit, such as 64kbit or 2Mbit");
    private readonly Option<TimeSpan> _cutEvery = Time("--cut-every", "mean time between cuts, which reset every connection: 30s");
    private readonly Option<TimeSpan> _cutFor = Time("--cut-for", "time of a cut, in which nobody gets through: 5s");
    private readonly Option<bool> _silent = new("--cut-silently") { Description = "nobody is told of a cut: what is sent meanwhile comes after it" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _delay, _jitter, _loss, _bandwidth, _cutEvery, _cutFor, _silent })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The link that was asked for; null for none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">Seed of its chance.</param>
    /// <exception cref="FormatException">There can be no such link.</exception>
    public LinkConditions? Of(ParseResult parsed, int seed)
    {
        var link = new LinkConditions
        {
            Delay = parsed.GetValue(_delay), Jitter = parsed.GetValue(_jitter), Loss = parsed.GetValue(_loss), BitsPerSecond = parsed.GetValue(_bandwidth),
            CutEvery = parsed.GetValue(_cutEvery), CutFor = parsed.GetValue(_cutFor), IsCutSilent = parsed.GetValue(_silent), Seed = seed,
        }.Checked();
        return link.IsIdeal ? null : link;
    }

    /// <summary>An option that takes a time with its unit.</summary>
    public static Option<TimeSpan> Time(string name, string description) => Parsed(name, description, ParseTime, "a time with its unit, from 1ms to 24h (300ms, 5s, 10m)");

    private static Option<T> Parsed<T>(string name, string description, Func<string, T?> parse, string expected)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = "VALUE",
            CustomParser = result =>
            {
                if (parse(result.Tokens[0].Value) is { } value)
                {
                    return value;
                }

                result.AddError($"{name} takes {expected}, saw '{result.Tokens[0].Value}'");
                return default;
            },
        };

    private static TimeSpan? ParseTime(string text)
    {
        var unit = Unit(text, out var number) switch { "ms" => 1.0, "s" => 1000.0, "m" or "min" => 60_000.0, "h" => 3_600_000.0, _ => 0 };
        return unit > 0 && number * unit is >= 1 and <= 86_400_000 ? TimeSpan.FromMilliseconds(number * unit) : null;
    }

    private static double? ParseLoss(string text) => Unit(text, out var number) == "%" && number / 100 <= LinkConditions.HighestLoss ? number / 100 : null;

    private static long? ParseBandwidth(string text)
    {
        var unit = Unit(text, out var number) switch { "bit" => 1.0, "kbit" => 1e3, "Mbit" => 1e6, "Gbit" => 1e9, _ => 0 };
        return unit > 0 && number * unit is >= LinkConditions.LowestBandwidth and <= 1e12 ? (long)(number * unit) : null;
    }

    private static string Unit(string text, out double number)
    {
        var split = text.AsSpan().IndexOfAnyExcept("0123456789.");
        number = 0;
        return split > 0 && double.TryParse(text.AsSpan(0, split), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) ? text[split..].Trim() : "";
    }
}
