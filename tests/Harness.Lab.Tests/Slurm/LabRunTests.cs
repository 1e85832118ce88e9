using Harness.Lab.Slurm;
using Harness.Lab.Tests.History;

namespace Harness.Lab.Tests.Slurm;

/// <summary>The folder of a lab's run.</summary>
public sealed class LabRunTests
{
    [Test]
    public void The_attempt_that_judged_is_neither_broken_nor_stopped_nor_under_way()
    {
        var folder = Directory.CreateTempSubdirectory("harness-lab-run-");
        try
        {
            var run = new LabRun(folder.FullName);
            Write(run, 1, Verdict.RigError);
            Assert.That(run.Judged(), Is.Null, "a broken rig judges nothing");
            Write(run, 2, Verdict.Aborted);
            Assert.That(run.Judged(), Is.Null, "nor does who stops it");
            Write(run, 3, Verdict.Fail);
            Write(run, 4, null);
            Assert.That(run.Judged()?.Number, Is.EqualTo(3), "a later one is under way");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(LabRun run, int attempt, Verdict? verdict)
    {
        Directory.CreateDirectory(run.Attempt(attempt));
        using var writer = RecordWriter.Create(run.Attempt(attempt));
        writer.Write(Run.Started("r", Run.Start));
        if (verdict is { } judged)
        {
            writer.Write(RunFinished.From(default(VerdictCounts).Plus(judged), 10));
        }
    }
}
