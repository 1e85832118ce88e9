namespace Harness.Cli.Commands.Labs;

/// <summary>
/// Runs that the lab's history could not take when they ended: a note each in the shared folder. The next run that reaches the history reads them into it, and so does a look at the queue, so that a
/// database which was away loses no result though nobody waited for the run.
/// </summary>
internal static class LabUnrecorded
{
    /// <summary>Notes a run.</summary>
    public static void Note(LabPlan lab, string run)
    {
        Directory.CreateDirectory(lab.Unrecorded);
        File.WriteAllText(Path.Combine(lab.Unrecorded, run), "");
    }

    /// <summary>Reads the noted runs into the history; where it is still away their notes stay.</summary>
    public static void Import(LoadedLab lab)
    {
        foreach (var note in Directory.Exists(lab.Plan.Unrecorded) ? Directory.GetFiles(lab.Plan.Unrecorded) : [])
        {
            if (!LabWatch.Import(lab, new LabRun(Path.Combine(lab.Plan.Runs, Path.GetFileName(note)))))
            {
                return;
            }

            try
            {
                File.Delete(note);
            }
            catch (UnauthorizedAccessException)
            {
                // Another user's: that one reads it again, which changes nothing.
            }
        }
    }
}
