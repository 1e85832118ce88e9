using Harness.Lab.Slurm;

namespace Harness.Lab.Tests.Slurm;

/// <summary>Answers of Slurm 22.05.8, as it gave them.</summary>
public sealed class SlurmClientTests
{
    private const string Job =
        "JobId=2 JobName=20260314-150926-a1b2c3 UserId=ada(1000) GroupId=ada(1000) MCS_label=N/A Priority=4294901758 Nice=0 Account=(null) QOS=(null) JobState=PENDING Reason=Resources Dependency=(null) Requeue=1 "
        + "Restarts=1 BatchFlag=1 Reboot=0 ExitCode=42:0 RunTime=00:00:00 StartTime=2026-03-14T15:09:26 EndTime=Unknown Partition=lab ReqNodeList=(null) ExcNodeList=pi1 NodeList=(null) NumNodes=1 "
        + "Features=(null) TresPerNode=gres:board:stm32f405:1,gres:sensor:bme280:1 \n";

    [TestCase("Nodes=pi1 CPU_IDs=0 Mem=0 GRES=board:stm32f405:1(IDX:0),sensor:bme280:1(CNT:1) MinCPUsNode=1", new[] { 0 })]
    [TestCase("JOB_GRES=board:stm32f405:2 Nodes=pi2 CPU_IDs=0 Mem=0 GRES=board:stm32f405:2(IDX:0-1) x", new[] { 0, 1 })]
    [TestCase("GRES=board:stm32f405:2(IDX:0,3-4),board:avr:1(IDX:6) x", new[] { 0, 3, 4, 6 })]
    [TestCase("JOB_GRES=board:stm32f405:1 Nodes=pi1 GRES= x TresPerNode=gres:board:stm32f405:1 ", new int[0])]
    [TestCase("", new int[0])]
    public void Indices_of_boards_are_those_that_Slurm_gave(string text, int[] indices) => Assert.That(SlurmClient.Boards(text), Is.EqualTo(indices));

    [Test]
    public void A_job_is_read_whole()
    {
        var job = SlurmClient.Parse(Job).Single();
        Assert.That(job, Is.EqualTo(new SlurmJob(2, "20260314-150926-a1b2c3", "PENDING", "Resources", "", new DateTime(2026, 3, 14, 15, 9, 26), "ada", "board:stm32f405:1,sensor:bme280:1", "pi1", 1)));
        Assert.That((job.IsEnded, job.IsHeld), Is.EqualTo((false, false)));
        Assert.That(SlurmClient.Parse("No jobs in the system\n"), Is.Empty);
    }

    [TestCase("COMPLETED", "None", true, false)]
    [TestCase("CANCELLED", "None", true, false)]
    [TestCase("RUNNING", "None", false, false)]
    [TestCase("SPECIAL_EXIT", "JobHeldUser", false, true)]
    [TestCase("PENDING", "JobHeldAdmin", false, true)]
    [TestCase("PENDING", "Priority", false, false)]
    public void A_job_is_ended_or_held_by_its_state(string state, string reason, bool isEnded, bool isHeld)
    {
        var job = SlurmClient.Parse(Job).Single() with { State = state, Reason = reason };
        Assert.That((job.IsEnded, job.IsHeld), Is.EqualTo((isEnded, isHeld)));
    }

    [Test]
    public void Settings_and_the_time_of_the_controller_are_read()
    {
        const string Config = "Configuration data as of 2026-03-14T15:09:26\nAuthInfo                = cred_expire=5\nSLURM_VERSION           = 22.05.8\n";
        Assert.That((SlurmClient.Setting(Config, "SLURM_VERSION"), SlurmClient.Setting(Config, "Nothing")), Is.EqualTo(("22.05.8", "")));
        Assert.That(SlurmClient.ConfigTime(Config), Is.EqualTo(new DateTime(2026, 3, 14, 15, 9, 26)));
        Assert.That(SlurmClient.ConfigTime("nothing"), Is.Null);
    }
}
