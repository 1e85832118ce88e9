namespace Harness.Cli.Features;

/// <summary>The parts of a step's sentence that are filled in, checked as far as possible without running the step.</summary>
internal sealed class StepPatternWords
{
    private static readonly ConcurrentDictionary<string, StepPatternWords> Cache = new(StringComparer.Ordinal);

    private readonly IStepDefinitionBinding _binding;
    private readonly HashSet<int> _devices;

    private StepPatternWords(IStepDefinitionBinding binding) => (_binding, _devices) = (binding, DeviceGroups(binding.Regex.ToString()));

    /// <summary>Gets the filled-in parts of a step.</summary>
    public static StepPatternWords Of(IStepDefinitionBinding binding) => Cache.GetOrAdd($"{binding.StepDefinitionType} {binding.Regex}", _ => new StepPatternWords(binding));

    /// <summary>Tells whether a group of the pattern, counted from 1, stands for a device or role.</summary>
    public bool IsDevice(int group) => _devices.Contains(group);

    /// <summary>Gets the words of a sentence that stand for a device or role.</summary>
    public IEnumerable<string> Devices(string text)
    {
        var match = _binding.Regex.Match(text);
        return _devices.Select(group => match.Groups[group].Value).Where(word => word.Length > 0);
    }

    /// <summary>Gets a problem text for each invalid word of a sentence.</summary>
    public IEnumerable<string> Problems(string text, KnownDevices? devices)
    {
        var match = _binding.Regex.Match(text);
        var types = _binding.Method.Parameters.Select(parameter => parameter.Type.FullName).ToList();
        for (var group = 1; group < match.Groups.Count && group <= types.Count; group++)
        {
            var word = match.Groups[group].Value;
            if (word.Length > 0 && IsDevice(group) && devices?.Problem(word) is { } problem)
            {
                yield return problem;
            }

            if (types[group - 1] == typeof(int).FullName && !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                yield return $"expected a number of 0 to {int.MaxValue}, saw {word}";
            }
        }
    }

    /// <summary>Gets the capturing groups of a pattern that are the shared group of device names.</summary>
    private static HashSet<int> DeviceGroups(string pattern)
    {
        var groups = new HashSet<int>();
        var count = 0;
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '(' when !inClass && (i + 1 >= pattern.Length || pattern[i + 1] != '?'):
                    count++;
                    if (string.CompareOrdinal(pattern, i, StepPatterns.Device, 0, StepPatterns.Device.Length) == 0)
                    {
                        groups.Add(count);
                    }

                    break;
            }
        }

        return groups;
    }
}
