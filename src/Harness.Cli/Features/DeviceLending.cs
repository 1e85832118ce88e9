namespace Harness.Cli.Features;

/// <summary>Devices lent to a scenario.</summary>
/// <param name="Bench">The bench that the scenario has: these devices, or the run's own with all of them.</param>
/// <param name="Devices">The devices that no other scenario may use meanwhile; null for all.</param>
internal sealed record Loan(TestBench Bench, IReadOnlyList<string>? Devices)
{
    /// <summary>True where it reads sensors that are one for all.</summary>
    public bool HasSensors { get; init; }
}

/// <summary>
/// Lends the devices of a bench to scenarios that run at once, to each only all that it needs together, so that none holds one device while it waits
/// for another. Not thread-safe.
/// </summary>
/// <param name="bench">The bench.</param>
internal sealed class DeviceLending(TestBench bench)
{
    private readonly HashSet<string> _lent = new(StringComparer.Ordinal);
    private readonly HashSet<Loan> _loans = [];
    private bool _sensors;
    private bool _all;

    /// <summary>Lends what a scenario needs.</summary>
    /// <returns>Null while something of it is lent already.</returns>
    public Loan? Take(ScenarioNeeds needs)
    {
        if (_all || (needs.IsAlone && _loans.Count > 0) || (needs.ReadsSensors && _sensors))
        {
            return null;
        }

        var loan = needs.IsAlone ? new Loan(bench, null) : Lend(needs);
        if (loan is not null)
        {
            _loans.Add(loan);
            _lent.UnionWith(loan.Devices ?? []);
            (_all, _sensors) = (loan.Devices is null, _sensors || loan.HasSensors);
        }

        return loan;
    }

    /// <summary>Takes devices back.</summary>
    public void Return(Loan loan)
    {
        _loans.Remove(loan);
        _lent.ExceptWith(loan.Devices ?? []);
        (_all, _sensors) = (false, _sensors && !loan.HasSensors);
    }

    private Loan? Lend(ScenarioNeeds needs)
    {
        var rig = bench.Rig;
        var pooled = needs.Words.Where(word => !rig.Devices.ContainsKey(word) && rig.Pools.ContainsKey(word)).ToList();
        var named = needs.Words.Except(pooled).Select(word => rig.Find(word)!).Where(IsShared).Select(d => d.Name).Distinct().ToList();
        if (named.Exists(_lent.Contains))
        {
            return null;
        }

        // One that is given up, or held by somebody else, is the last choice: where others would do that come back from a scenario, those are waited for.
        // The holder of one that is lent is this program, which may be opening it just now.
        var roles = new Dictionary<string, string>(StringComparer.Ordinal);
        var well = pooled.SelectMany(word => rig.Pools[word]).Distinct().Where(name => _lent.Contains(name) || bench.Device(name).IsAvailable).ToHashSet(StringComparer.Ordinal);
        if (!Cast(pooled, 0, roles, [.. named], name => well.Contains(name) && !_lent.Contains(name))
            && (Cast(pooled, 0, [], [.. named], well.Contains) || !Cast(pooled, 0, roles, [.. named], name => !_lent.Contains(name))))
        {
            return null;
        }

        IReadOnlyList<string> devices = [.. named, .. roles.Values.Where(name => IsShared(rig.Devices[name]))];
        var own = rig.Devices.Values.Where(d => !IsShared(d)).Select(d => d.Name);
        return new Loan(bench.Lend(roles, [.. devices, .. own]), devices) { HasSensors = needs.ReadsSensors };
    }

    // Roles whose pools overlap get different devices.
    private bool Cast(List<string> pooled, int at, Dictionary<string, string> roles, HashSet<string> taken, Func<string, bool> may)
    {
        if (at == pooled.Count)
        {
            return true;
        }

        foreach (var name in bench.Rig.Pools[pooled[at]].Where(name => !taken.Contains(name) && may(name)).OrderBy(name => bench.Device(name).IsAvailable ? 0 : 1))
        {
            roles[pooled[at]] = name;
            taken.Add(name);
            if (Cast(pooled, at + 1, roles, taken, may))
            {
                return true;
            }

            taken.Remove(name);
        }

        roles.Remove(pooled[at]);
        return false;
    }

    // A device in this process is made anew for each scenario, so that any number can have one.
    private static bool IsShared(DeviceEntry device) => device.Kind != DeviceKind.Host;
}
