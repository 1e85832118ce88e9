namespace Harness.Hardware.Sensors.Bindings;

/// <summary>The name of a PWM channel in rig files: <c>pwmchip0/pwm1</c>, as below <c>/sys/class/pwm</c>.</summary>
public static partial class PwmName
{
    /// <summary>True for a name of this form.</summary>
    public static bool IsOne(string name) => Form().IsMatch(name);

    /// <summary>Gets chip and channel.</summary>
    /// <exception cref="FormatException">It has another form.</exception>
    public static (int Chip, int Channel) Parse(string name) => Form().Match(name) is { Success: true } match
        ? (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture))
        : throw new FormatException($"\"{name}\" is no PWM channel; expected one like pwmchip0/pwm1");

    [GeneratedRegex(@"^pwmchip(\d{1,3})/pwm(\d{1,3})$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
