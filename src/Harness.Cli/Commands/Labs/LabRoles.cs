namespace Harness.Cli.Commands.Labs;

/// <summary>Gives roles to the boards that a job has.</summary>
internal static class LabRoles
{
    /// <summary>Gives the roles of a rig to boards of chosen kinds.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="kinds">Kinds by role.</param>
    /// <param name="boards">The boards that may play them.</param>
    /// <returns>The rig; null where no board is of a kind.</returns>
    public static RigFile? Assign(RigFile rig, IReadOnlyDictionary<string, string> kinds, IReadOnlyList<DeviceEntry> boards)
    {
        var chosen = new Dictionary<string, string>();
        foreach (var (role, kind) in kinds)
        {
            if (boards.FirstOrDefault(board => LoadedLab.KindOf(board) == kind && !chosen.ContainsValue(board.Name)) is not { } board)
            {
                return null;
            }

            chosen.Add(role, board.Name);
        }

        return rig.WithRoles(chosen);
    }

    /// <summary>Gives roles to the boards that Slurm gave to a job.</summary>
    /// <param name="rig">The rig of the machine.</param>
    /// <param name="kinds">Kinds by role, where the submitter chose them.</param>
    /// <param name="roles">The roles that the features name.</param>
    /// <param name="given">The boards of the job.</param>
    /// <returns>Device names by role; those that the rig file gives anyway are left out.</returns>
    public static IReadOnlyDictionary<string, string> Given(RigFile rig, IReadOnlyDictionary<string, string> kinds, IReadOnlyList<string> roles, IReadOnlyList<DeviceEntry> given)
    {
        var free = given.ToList();
        var chosen = new Dictionary<string, string>();
        // What the rig file says first, so that a role that may be played by many takes no board from one that may not.
        foreach (var role in roles.OrderBy(role => rig.Pools.ContainsKey(role) || kinds.ContainsKey(role)))
        {
            var device = rig.Find(role);
            var kind = kinds.GetValueOrDefault(role) ?? (device is { Kind: DeviceKind.Serial } ? LoadedLab.KindOf(device) : null);
            if (kind is null)
            {
                continue;
            }

            var same = free.Where(board => LoadedLab.KindOf(board) == kind).ToList();
            if ((same.Find(board => board.Name == device?.Name) ?? same.FirstOrDefault()) is { } board)
            {
                free.Remove(board);
                chosen.Add(role, board.Name);
            }
        }

        return chosen;
    }
}
