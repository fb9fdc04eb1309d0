(** * Claim 6: the adjoints

    ⟨g, A x⟩ = ⟨A* g, x⟩, where ⟨ , ⟩ sums the products of all entries, for both convolutions (with respect to
    the input and to the kernel), for the interleave, and for the block. One image; over several, both sides
    are summed. Any commutative semiring, any stride, dilation, padding and size of the output.

    On paper. Write the zero padding as a sum against an indicator: the padded x at position p is the sum over
    all pixels q of [p = q] x q. Then a convolution is a matrix, with entry the sum over the taps (u, v) of
    [position of tap (u, v) at (i, j) = (h, w)] W[o, c, u, v], and the adjoint of a matrix is the exchange of two
    sums. The entry of the adjoint asks for the (i, j) with i sh + u dh - top = h: there is at most one, namely
    (h + top - u dh) / sh if that is a whole number, which is how spec/08-adjoint.ts writes it. With respect to
    the kernel, the pixels are the coefficients. A permutation only renames the terms of the sum. The block
    is the four steps in reverse order. *)

From Coq Require Import Arith ZArith Lia Ring Setoid Bool.
From IGC Require Import Formulas Division Sum Interleave GroupConvolution Composite.

(** The pixel h is under tap u of output position i iff i is the position that [output_position] computes. *)
Lemma position_and_back (i pixel stride u dilation before : Z) :
  (0 < stride)%Z ->
  (input_position i stride u dilation before =? pixel)%Z =
  (is_output_position pixel stride u dilation before && (output_position pixel stride u dilation before =? i)%Z)%bool.
Proof.
  intro stride_positive. unfold input_position, is_output_position, output_position.
  set (shifted := (pixel + before - u * dilation)%Z).
  apply eq_true_iff_eq. rewrite andb_true_iff, !Z.eqb_eq. split.
  - intro same. assert (shifted = i * stride)%Z as -> by (unfold shifted; lia).
    now rewrite Z.mod_mul, Z.div_mul by lia.
  - intros (whole & <-). pose proof (Z.div_mod shifted stride ltac:(lia)) as division.
    rewrite whole in division. unfold shifted in *. lia.
Qed.

Section Adjoints.

Context {A : semiring}.
Add Ring A_ring : (laws A).
Local Open Scope semiring_scope.

(** ** Sums over three indices: channel, row, column *)

Definition sum3 (a b c : nat) (f : nat -> nat -> nat -> A) : A := ∑ i < a, ∑ j < b, ∑ k < c, f i j k.

(** ⟨a, b⟩ of two feature maps. *)
Definition inner (C H W : nat) (a b : nat -> nat -> nat -> A) : A := sum3 C H W (fun c h w => a c h w * b c h w).

Lemma sum3_ext (a b c : nat) f g :
  (forall i j k, (i < a)%nat -> (j < b)%nat -> (k < c)%nat -> f i j k = g i j k) -> sum3 a b c f = sum3 a b c g.
Proof.
  intro same. apply sum_ext. intros i i_below. apply sum_ext. intros j j_below. apply sum_ext. intros.
  now apply same.
Qed.

Lemma sum3_mul_left (a b c : nat) (x : A) f : x * sum3 a b c f = sum3 a b c (fun i j k => x * f i j k).
Proof.
  unfold sum3. rewrite sum_mul_left. apply sum_ext. intros. rewrite sum_mul_left. apply sum_ext. intros.
  apply sum_mul_left.
Qed.

Lemma sum3_mul_right (a b c : nat) (x : A) f : sum3 a b c f * x = sum3 a b c (fun i j k => f i j k * x).
Proof.
  unfold sum3. rewrite sum_mul_right. apply sum_ext. intros. rewrite sum_mul_right. apply sum_ext. intros.
  apply sum_mul_right.
Qed.

Lemma sum_sum3 (n a b c : nat) (f : nat -> nat -> nat -> nat -> A) :
  ∑ t < n, sum3 a b c (f t) = sum3 a b c (fun i j k => ∑ t < n, f t i j k).
Proof.
  unfold sum3. rewrite sum_swap. apply sum_ext. intros. rewrite sum_swap. apply sum_ext. intros. apply sum_swap.
Qed.

Lemma sum3_sum3 (p q r a b c : nat) (f : nat -> nat -> nat -> nat -> nat -> nat -> A) :
  sum3 p q r (fun o i j => sum3 a b c (f o i j)) =
  sum3 a b c (fun d h w => sum3 p q r (fun o i j => f o i j d h w)).
Proof.
  transitivity (∑ o < p, sum3 a b c (fun d h w => ∑ i < q, ∑ j < r, f o i j d h w)); [|apply sum_sum3].
  apply sum_ext. intros o _.
  transitivity (∑ i < q, sum3 a b c (fun d h w => ∑ j < r, f o i j d h w)); [|apply sum_sum3].
  apply sum_ext. intros i _. apply sum_sum3.
Qed.

(** The adjoint of a matrix: exchange the two sums. *)
Lemma matrix_adjoint (p q r a b c : nat) (entry : nat -> nat -> nat -> nat -> nat -> nat -> A) g x :
  inner p q r g (fun o i j => sum3 a b c (fun d h w => entry o i j d h w * x d h w)) =
  inner a b c (fun d h w => sum3 p q r (fun o i j => entry o i j d h w * g o i j)) x.
Proof.
  unfold inner.
  rewrite (sum3_ext p q r _ (fun o i j => sum3 a b c (fun d h w => g o i j * (entry o i j d h w * x d h w))))
    by (intros; apply sum3_mul_left).
  rewrite sum3_sum3. apply sum3_ext. intros. rewrite sum3_mul_right. apply sum3_ext. intros. ring.
Qed.

(** Four sums, the inner two over the taps: the taps may come first. *)
Lemma taps_first (H W kh kw : nat) (f : nat -> nat -> nat -> nat -> A) (x : nat -> nat -> A) :
  ∑ h < H, ∑ w < W, (∑ u < kh, ∑ v < kw, f u v h w) * x h w =
  ∑ u < kh, ∑ v < kw, ∑ h < H, ∑ w < W, f u v h w * x h w.
Proof.
  transitivity (∑ h < H, ∑ u < kh, ∑ v < kw, ∑ w < W, f u v h w * x h w).
  - apply sum_ext. intros h _.
    transitivity (∑ w < W, ∑ u < kh, ∑ v < kw, f u v h w * x h w).
    + apply sum_ext. intros w _. rewrite sum_mul_right. apply sum_ext. intros u _. apply sum_mul_right.
    + rewrite sum_swap. apply sum_ext. intros u _. apply sum_swap.
  - rewrite sum_swap. apply sum_ext. intros u _. apply sum_swap.
Qed.

(** ** Zero padding as a sum *)

Lemma inside_spec (H W : nat) (h w : Z) :
  inside (Z.of_nat H) (Z.of_nat W) h w = true <->
  exists i j, (i < H)%nat /\ (j < W)%nat /\ h = Z.of_nat i /\ w = Z.of_nat j.
Proof.
  unfold inside. rewrite !andb_true_iff, !Z.leb_le, !Z.ltb_lt. split.
  - intros. exists (Z.to_nat h), (Z.to_nat w). lia.
  - intros (i & j & ?). lia.
Qed.

Lemma padded_as_sum (H W : nat) (x : nat -> nat -> nat -> A) (c : nat) (h w : Z) :
  padded H W x c h w =
  ∑ i < H, ∑ j < W, (if ((h =? Z.of_nat i) && (w =? Z.of_nat j))%Z%bool then x c i j else 0).
Proof.
  unfold padded. destruct (inside (Z.of_nat H) (Z.of_nat W) h w) eqn:is_inside.
  - apply inside_spec in is_inside as (i & j & i_below & j_below & -> & ->). rewrite !Nat2Z.id.
    rewrite (sum_single A H i), (sum_single A W j); try assumption.
    + now rewrite !Z.eqb_refl.
    + intros k _ other. destruct (Z.eqb_spec (Z.of_nat j) (Z.of_nat k)); [lia|]. now rewrite andb_false_r.
    + intros k _ other. apply sum_vanishes. intros n _.
      now destruct (Z.eqb_spec (Z.of_nat i) (Z.of_nat k)); [lia|].
  - symmetry. apply sum_vanishes. intros i i_below. apply sum_vanishes. intros j j_below.
    destruct (Z.eqb_spec h (Z.of_nat i)) as [->|]; [|reflexivity].
    destruct (Z.eqb_spec w (Z.of_nat j)) as [->|]; [|reflexivity].
    enough (inside (Z.of_nat H) (Z.of_nat W) (Z.of_nat i) (Z.of_nat j) = true) by congruence.
    apply inside_spec. now exists i, j.
Qed.

(** ** Convolutions *)

Section Convolution.

Variable k : window.
Hypothesis strides_positive : (1 <= stride_h k /\ 1 <= stride_w k)%nat.
Variables H W : nat.       (* rows and columns of the input *)
Variables rows columns : nat.   (* and of the output *)

(** Pixel (h, w) is under tap (u, v) of output position (i, j). *)
Definition under (i j u v h w : nat) : bool :=
  (row_under k i u =? Z.of_nat h)%Z && (column_under k j v =? Z.of_nat w)%Z.

(** A convolution with C input channels as a matrix: entry at output (o, i, j) and input (c, h, w). *)
Definition convolution_entry (K : nat -> nat -> nat -> nat -> A) (o i j c h w : nat) : A :=
  ∑ u < kernel_h k, ∑ v < kernel_w k, if under i j u v h w then K o c u v else 0.

Lemma convolution_as_matrix (C : nat) K x (o i j : nat) :
  convolution C k K (padded H W x) o i j = sum3 C H W (fun c h w => convolution_entry K o i j c h w * x c h w).
Proof.
  apply sum_ext. intros c _. unfold convolution_entry. rewrite taps_first.
  apply sum_ext. intros u _. apply sum_ext. intros v _. rewrite padded_as_sum, sum_mul_left.
  apply sum_ext. intros h _. rewrite sum_mul_left. apply sum_ext. intros w _.
  unfold under. destruct (_ && _)%bool; ring.
Qed.

(** The output row that has pixel row h under tap u, where there is one; and for columns. *)
Definition output_row (h u : nat) : Z :=
  output_position (Z.of_nat h) (Z.of_nat (stride_h k)) (Z.of_nat u) (Z.of_nat (dilation_h k)) (Z.of_nat (top k)).
Definition is_output_row (h u : nat) : bool :=
  is_output_position (Z.of_nat h) (Z.of_nat (stride_h k)) (Z.of_nat u) (Z.of_nat (dilation_h k)) (Z.of_nat (top k)).
Definition output_column (w v : nat) : Z :=
  output_position (Z.of_nat w) (Z.of_nat (stride_w k)) (Z.of_nat v) (Z.of_nat (dilation_w k)) (Z.of_nat (left k)).
Definition is_output_column (w v : nat) : bool :=
  is_output_position (Z.of_nat w) (Z.of_nat (stride_w k)) (Z.of_nat v) (Z.of_nat (dilation_w k)) (Z.of_nat (left k)).

(** spec/08-adjoint.ts: the gradient with respect to the input, of O output channels. *)
Definition input_adjoint (O : nat) (K : nat -> nat -> nat -> nat -> A) (g : nat -> nat -> nat -> A)
    (c h w : nat) : A :=
  ∑ o < O, ∑ u < kernel_h k, ∑ v < kernel_w k,
    if (is_output_row h u && is_output_column w v)%bool
    then K o c u v * padded rows columns g o (output_row h u) (output_column w v) else 0.

(** It is the matrix with rows and columns exchanged. *)
Lemma input_adjoint_as_matrix (O : nat) K g (c h w : nat) :
  input_adjoint O K g c h w = sum3 O rows columns (fun o i j => convolution_entry K o i j c h w * g o i j).
Proof.
  apply sum_ext. intros o _. unfold convolution_entry.
  rewrite (taps_first rows columns _ _ (fun u v i j => if under i j u v h w then K o c u v else 0)).
  apply sum_ext. intros u _. apply sum_ext. intros v _.
  assert (forall i j, under i j u v h w =
    (is_output_row h u && (output_row h u =? Z.of_nat i)%Z
    && (is_output_column w v && (output_column w v =? Z.of_nat j)%Z))%bool) as back.
  { intros. unfold under, row_under, column_under. now rewrite !position_and_back by lia. }
  rewrite padded_as_sum. destruct (is_output_row h u), (is_output_column w v); simpl in *.
  - rewrite sum_mul_left. apply sum_ext. intros i _. rewrite sum_mul_left. apply sum_ext. intros j _.
    rewrite back. destruct (_ && _)%bool; ring.
  - symmetry. apply sum_vanishes. intros i _. apply sum_vanishes. intros j _. rewrite back, andb_false_r. ring.
  - symmetry. apply sum_vanishes. intros i _. apply sum_vanishes. intros j _. rewrite back. ring.
  - symmetry. apply sum_vanishes. intros i _. apply sum_vanishes. intros j _. rewrite back. ring.
Qed.

(** Claim 6, regular convolution, with respect to the input. *)
Theorem convolution_adjoint_input (O C : nat) K g x :
  inner O rows columns g (convolution C k K (padded H W x)) = inner C H W (input_adjoint O K g) x.
Proof.
  transitivity (inner O rows columns g (fun o i j => sum3 C H W (fun c h w => convolution_entry K o i j c h w * x c h w))).
  { apply sum3_ext. intros. now rewrite convolution_as_matrix. }
  rewrite (matrix_adjoint O rows columns C H W (convolution_entry K)).
  apply sum3_ext. intros. now rewrite input_adjoint_as_matrix.
Qed.

(** The gradient with respect to the kernel; here x has its padding already. *)
Definition kernel_adjoint (g : nat -> nat -> nat -> A) (x : nat -> Z -> Z -> A) (o c u v : nat) : A :=
  ∑ i < rows, ∑ j < columns, g o i j * x c (row_under k i u) (column_under k j v).

(** Claim 6, regular convolution, with respect to the kernel. *)
Theorem convolution_adjoint_kernel (O C : nat) K g x :
  inner O rows columns g (convolution C k K x) =
  ∑ o < O, inner C (kernel_h k) (kernel_w k) (kernel_adjoint g x o) (K o).
Proof.
  apply sum_ext. intros o _. unfold inner, kernel_adjoint.
  rewrite (sum_ext A rows _ (fun i => ∑ j < columns, sum3 C (kernel_h k) (kernel_w k) (fun c u v =>
    g o i j * (K o c u v * x c (row_under k i u) (column_under k j v))))).
  - rewrite (sum_ext A rows _ (fun i => sum3 C (kernel_h k) (kernel_w k) (fun c u v => ∑ j < columns,
      g o i j * (K o c u v * x c (row_under k i u) (column_under k j v))))) by (intros; apply sum_sum3).
    rewrite sum_sum3. apply sum3_ext. intros c u v _ _ _.
    rewrite sum_mul_right. apply sum_ext. intros i _. rewrite sum_mul_right. apply sum_ext. intros j _. ring.
  - intros i _. apply sum_ext. intros j _. apply sum3_mul_left.
Qed.

(** ** Group convolutions: partition by partition *)

(** Partition l of a feature map with n channels a partition, and of a kernel. *)
Definition part (n l : nat) (x : nat -> nat -> nat -> A) (m : nat) : nat -> nat -> A := x (partition_channel n l m).
Definition kernel_part (n l : nat) (K : nat -> nat -> nat -> nat -> A) (o : nat) : nat -> nat -> nat -> A :=
  K (partition_channel n l o).

Lemma inner_by_partition (groups n R Q : nat) a b :
  inner (groups * n) R Q a b = ∑ l < groups, inner n R Q (part n l a) (part n l b).
Proof. apply sum_blocks. Qed.

(** Partition l of the group convolution is the regular convolution of partition l. *)
Lemma group_convolution_by_partition (O I l n : nat) K x (i j : nat) :
  (n < O)%nat ->
  part O l (group_convolution O I k K (padded H W x)) n i j =
  convolution I k (kernel_part O l K) (padded H W (part I l x)) n i j.
Proof.
  intro. unfold part at 1, group_convolution.
  assert (partition_channel O l n / O = l)%nat as -> by now apply quotient.
  reflexivity.
Qed.

Definition group_input_adjoint (O I : nat) (K : nat -> nat -> nat -> nat -> A) (g : nat -> nat -> nat -> A)
    (c h w : nat) : A :=
  input_adjoint O (kernel_part O (c / I) K) (part O (c / I) g) (c mod I) h w.

Definition group_kernel_adjoint (O I : nat) (g x : nat -> nat -> nat -> A) (o c u v : nat) : A :=
  kernel_adjoint (part O (o / O) g) (padded H W (part I (o / O) x)) (o mod O) c u v.

(** Claim 6, group convolution, with respect to the input. *)
Theorem group_convolution_adjoint_input (groups O I : nat) K g x :
  inner (groups * O) rows columns g (group_convolution O I k K (padded H W x)) =
  inner (groups * I) H W (group_input_adjoint O I K g) x.
Proof.
  rewrite !inner_by_partition. apply sum_ext. intros l _.
  transitivity (inner O rows columns (part O l g) (convolution I k (kernel_part O l K) (padded H W (part I l x)))).
  - apply sum3_ext. intros. now rewrite group_convolution_by_partition.
  - rewrite convolution_adjoint_input. apply sum3_ext. intros m h w m_below _ _. unfold part at 3.
    unfold group_input_adjoint, partition_channel. now rewrite quotient, remainder.
Qed.

(** Claim 6, group convolution, with respect to the kernel. *)
Theorem group_convolution_adjoint_kernel (groups O I : nat) K g x :
  inner (groups * O) rows columns g (group_convolution O I k K (padded H W x)) =
  ∑ o < groups * O, inner I (kernel_h k) (kernel_w k) (group_kernel_adjoint O I g x o) (K o).
Proof.
  rewrite inner_by_partition, sum_blocks. apply sum_ext. intros l _.
  transitivity (inner O rows columns (part O l g) (convolution I k (kernel_part O l K) (padded H W (part I l x)))).
  - apply sum3_ext. intros. now rewrite group_convolution_by_partition.
  - rewrite convolution_adjoint_kernel. apply sum_ext. intros n n_below.
    apply sum3_ext. intros. unfold group_kernel_adjoint. now rewrite quotient, remainder.
Qed.

(** A bias: its gradient is the sum over all positions. *)
Theorem bias_adjoint (C : nat) (g y : nat -> nat -> nat -> A) (b : nat -> A) :
  inner C rows columns g (fun c i j => y c i j + b c) =
  inner C rows columns g y + ∑ c < C, (∑ i < rows, ∑ j < columns, g c i j) * b c.
Proof.
  unfold inner, sum3. rewrite <- sum_add. apply sum_ext. intros c _.
  rewrite sum_mul_right, <- sum_add. apply sum_ext. intros i _.
  rewrite sum_mul_right, <- sum_add. apply sum_ext. intros j _. ring.
Qed.

End Convolution.

(** ** The interleave *)

(** A sum over the channels, in interleaved order or not. *)
Lemma sum_interleaved (L M : nat) (f : nat -> nat -> A) :
  ∑ c < L * M, f c (interleave_source L M c) = ∑ c < L * M, f (deinterleave_source L M c) c.
Proof.
  rewrite (sum_blocks A L M (fun c => f (deinterleave_source L M c) c)).
  rewrite (Nat.mul_comm L M), sum_blocks, sum_swap.
  apply sum_ext. intros l l_below. apply sum_ext. intros m m_below.
  unfold interleave_source, deinterleave_source. now rewrite !quotient, !remainder.
Qed.

(** Claim 6: the adjoint of the interleave is the deinterleave … *)
Theorem interleave_adjoint (L M R Q : nat) g y :
  inner (L * M) R Q g (fun c => y (interleave_source L M c)) =
  inner (L * M) R Q (fun c => g (deinterleave_source L M c)) y.
Proof. exact (sum_interleaved L M (fun c d => ∑ i < R, ∑ j < Q, g c i j * y d i j)). Qed.

(** … and the other way round. *)
Theorem deinterleave_adjoint (L M R Q : nat) g z :
  inner (L * M) R Q g (fun c => z (deinterleave_source L M c)) =
  inner (L * M) R Q (fun c => g (interleave_source L M c)) z.
Proof. symmetry. exact (sum_interleaved L M (fun c d => ∑ i < R, ∑ j < Q, g d i j * z c i j)). Qed.

(** ** The block *)

Section Block.

Variables L Min Mout Lout : nat.
Variable k : window.
Hypothesis strides_positive : (1 <= stride_h k /\ 1 <= stride_w k)%nat.
Variables H W : nat.
Variables Wp Wd : nat -> nat -> nat -> nat -> A.
Variables g x : nat -> nat -> nat -> A.

Let rows := out_h k H.
Let columns := out_w k W.
Let none : nat -> A := fun _ => 0.
Let linear_block := block L Min Mout Lout k H W Wp Wd none none x.

(** g on its way back: Pt g, then Wdt, then P. *)
Definition g_secondary (d : nat) : nat -> nat -> A := g (interleave_source Lout Mout d).
Definition g_interleaved : nat -> nat -> nat -> A :=
  group_input_adjoint unit_window rows columns Lout L Wd g_secondary.
Definition g_primary (e : nat) : nat -> nat -> A := g_interleaved (deinterleave_source L Mout e).
Definition block_adjoint : nat -> nat -> nat -> A := group_input_adjoint k rows columns Mout Min Wp g_primary.

Let y := group_convolution Mout Min k Wp (padded H W x).

Lemma unit_strides : (1 <= stride_h unit_window /\ 1 <= stride_w unit_window)%nat.
Proof. now simpl. Qed.

Lemma block_up_to_secondary :
  inner (Lout * Mout) rows columns g linear_block =
  inner (Mout * Lout) rows columns g_secondary
    (group_convolution Lout L unit_window Wd (padded rows columns (fun c => y (interleave_source L Mout c)))).
Proof.
  transitivity (inner (Lout * Mout) rows columns g (fun o =>
    group_convolution Lout L unit_window Wd (padded rows columns (fun c => y (interleave_source L Mout c)))
    (deinterleave_source Lout Mout o))).
  - apply sum3_ext. intros o i j _ _ _. f_equal. unfold linear_block, block, secondary, none.
    rewrite (SRadd_comm (laws A)), (SRadd_0_l (laws A)). apply sum_ext. intros l _.
    apply sum_ext. intros u _. apply sum_ext. intros v _. f_equal.
    unfold padded. destruct inside; [|reflexivity]. unfold interleaved, primary, y, padded.
    rewrite (SRadd_comm (laws A)). apply (SRadd_0_l (laws A)).
  - rewrite (Nat.mul_comm Mout Lout). apply deinterleave_adjoint.
Qed.

Lemma block_up_to_primary :
  inner (Lout * Mout) rows columns g linear_block = inner (L * Mout) rows columns g_primary y.
Proof.
  rewrite block_up_to_secondary, (group_convolution_adjoint_input _ unit_strides).
  fold g_interleaved. rewrite (Nat.mul_comm Mout L). apply interleave_adjoint.
Qed.

(** Claim 6, the block with respect to its input: the adjoint is Wpt P Wdt Pt. *)
Theorem block_adjoint_input :
  inner (Lout * Mout) rows columns g linear_block = inner (L * Min) H W block_adjoint x.
Proof. rewrite block_up_to_primary. now apply group_convolution_adjoint_input. Qed.

(** … to its primary kernel … *)
Theorem block_adjoint_primary_kernel :
  inner (Lout * Mout) rows columns g linear_block =
  ∑ e < L * Mout, inner Min (kernel_h k) (kernel_w k)
    (group_kernel_adjoint k H W rows columns Mout Min g_primary x e) (Wp e).
Proof. rewrite block_up_to_primary. apply group_convolution_adjoint_kernel. Qed.

(** … and to its secondary kernel. *)
Theorem block_adjoint_secondary_kernel :
  inner (Lout * Mout) rows columns g linear_block =
  ∑ d < Mout * Lout, inner L 1 1
    (group_kernel_adjoint unit_window rows columns rows columns Lout L g_secondary
      (fun c => y (interleave_source L Mout c)) d) (Wd d).
Proof. rewrite block_up_to_secondary. apply group_convolution_adjoint_kernel. Qed.

End Block.
End Adjoints.
